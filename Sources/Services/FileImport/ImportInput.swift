import Gzip

/// Where the lines come from; plain or gzip, which is told by the first two bytes.
package enum ImportInput: Sendable, Hashable {
    /// A file or a named pipe at this path.
    case file(String)
    /// Descriptor 0.
    case standardInput

    /// The input that a command line names: a path, or `-` for standard input.
    package init(argument: String) {
        self = argument == "-" ? .standardInput : .file(argument)
    }

    /// Opens it. Blocks on a named pipe until something writes to it.
    func open() throws(GzipFileError) -> GzipFileReader {
        switch self {
        case .file(let path): try GzipFileReader(path: path)
        case .standardInput: try GzipFileReader(descriptor: 0, name: "standard input", closing: false)
        }
    }
}

extension ImportInput: CustomStringConvertible {
    /// The name for messages.
    package var description: String {
        switch self {
        case .file(let path): path
        case .standardInput: "standard input"
        }
    }
}
