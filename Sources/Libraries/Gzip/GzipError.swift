/// Why compressed bytes could not be turned into their contents. None of these goes away by itself: the sender has to
/// send something else.
public enum GzipError: Error, Equatable, Sendable {
    /// The input ends before the compressed data do, as that of a broken transfer.
    case truncated

    /// The input is neither gzip nor zlib data, or was damaged. `reason` says in which way, in English and as zlib
    /// does.
    case corrupt(reason: String)

    /// The contents exceed `limit` bytes: the given maximum, or what the bound of the ratio allows for the input so
    /// far.
    case tooLarge(limit: Int)
}

extension GzipError: CustomStringConvertible {
    /// What is wrong, in one line and without a full stop, for an error message.
    public var description: String {
        switch self {
        case .truncated: "the compressed data end too early"
        case .corrupt(let reason): "the compressed data are damaged: \(reason)"
        case .tooLarge(let limit): "the compressed data hold more than the allowed \(limit) bytes"
        }
    }
}
