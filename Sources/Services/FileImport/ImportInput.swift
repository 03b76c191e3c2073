import Gzip

/// The source of the lines, plain or gzip, as recognised by the first two bytes.
package enum ImportInput: Sendable, Hashable {
    /// A file or a named pipe at this path.
    case file(String)
    /// Descriptor 0.
    case standardInput

    /// The input that a command line names: a path, or `-` for standard input.
    package init(argument: String) {
        self = argument == "-" ? .standardInput : .file(argument)
    }

    func open() throws(GzipFileError) -> GzipFileReader {
        switch self {
        case .file(let path): try GzipFileReader(path: path)
        case .standardInput: try GzipFileReader(descriptor: 0, name: "standard input", closing: false)
        }
    }
}

extension ImportInput: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let path): path
        case .standardInput: "standard input"
        }
    }
}
