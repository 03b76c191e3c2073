/// Why compressed bytes could not be turned into their contents.
public enum GzipError: Error, Equatable, Sendable {
    /// The input ends before the compressed data do.
    case truncated

    /// The input is no gzip or zlib data, or was damaged; `reason` is zlib's word for it.
    case corrupt(reason: String)

    /// The contents exceed `limit` bytes: the given maximum, or what the ratio bound allows for the input so far.
    case tooLarge(limit: Int)
}

extension GzipError: CustomStringConvertible {
    /// One sentence fit for an error message.
    public var description: String {
        switch self {
        case .truncated: "the compressed data end too early"
        case .corrupt(let reason): "the compressed data are damaged: \(reason)"
        case .tooLarge(let limit): "the compressed data hold more than the allowed \(limit) bytes"
        }
    }
}
