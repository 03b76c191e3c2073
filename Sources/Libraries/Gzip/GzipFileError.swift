import Glibc

/// Why a file could not be read, with its name.
public struct GzipFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Reason: Equatable, Sendable {
        /// The file could not be opened, or the descriptor does not exist; the value is `errno`.
        case open(Int32)
        /// Reading failed, as from a failing disk or a folder; the value is `errno`.
        case read(Int32)
        /// The compressed contents are damaged or cut off.
        case contents(GzipError)
    }

    /// The path, or the name that was given for a descriptor.
    public let path: String

    /// What went wrong.
    public let reason: Reason

    /// Makes an error about the file at `path`.
    ///
    /// - Parameters:
    ///   - path: The path, or the name of a descriptor.
    ///   - reason: What went wrong.
    public init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }

    /// What failed, for which file, and why, in one line and without a full stop, for an error message.
    public var description: String {
        switch reason {
        case .open(let code): "cannot open \(path): \(Self.text(of: code))"
        case .read(let code): "cannot read \(path): \(Self.text(of: code))"
        case .contents(let error): "cannot decompress \(path): \(error)"
        }
    }

    private static func text(of code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        // Swift imports the POSIX form, which fills the buffer and returns a status.
        guard strerror_r(code, &buffer, buffer.count) == 0 else { return "errno \(code)" }
        let text = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return "\(String(decoding: text, as: UTF8.self)) (errno \(code))"
    }
}
