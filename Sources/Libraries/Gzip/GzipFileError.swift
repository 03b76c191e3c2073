import Glibc

/// Why a file could not be read, with its name.
public struct GzipFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Reason: Equatable, Sendable {
        /// The file could not be opened; the value is `errno`.
        case open(Int32)
        /// The file could not be read on; the value is `errno`.
        case read(Int32)
        /// The file's compressed contents could not be decompressed.
        case contents(GzipError)
    }

    /// The path, or the name that was given for a descriptor.
    public let path: String

    /// What went wrong.
    public let reason: Reason

    /// An error about the file at `path`.
    public init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }

    /// One sentence fit for an error message: what failed, for which file, why.
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
