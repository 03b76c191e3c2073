import Glibc

/// What the standard output or standard error is connected to: a terminal, a file or a pipe. Safe to use from any thread.
package struct Terminal: Sendable {
    private let descriptor: Int32
    private let environment: [String: String]

    /// The stream for results, with the variables in `environment` that describe its terminal.
    package static func standardOutput(environment: [String: String]) -> Terminal {
        Terminal(descriptor: STDOUT_FILENO, environment: environment)
    }

    /// The stream for messages and progress, with the variables in `environment` that describe its terminal.
    package static func standardError(environment: [String: String]) -> Terminal {
        Terminal(descriptor: STDERR_FILENO, environment: environment)
    }

    init(descriptor: Int32, environment: [String: String]) {
        self.descriptor = descriptor
        self.environment = environment
    }

    /// Whether a person may be looking, because this is a terminal and not a file or a pipe.
    package var isTerminal: Bool { isatty(descriptor) == 1 }

    /// The width in columns now; 80 where neither the terminal nor `COLUMNS` gives a width.
    package var width: Int {
        var size = winsize()
        if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        if let columns = environment["COLUMNS"].flatMap({ Int($0) }), columns > 0 { return columns }
        return 80
    }

    /// Whether colours may be used: on a terminal that supports them, unless `NO_COLOR` is set and not empty.
    package var allowsColor: Bool {
        isTerminal && Self.allowsColor(environment)
    }

    static func allowsColor(_ environment: [String: String]) -> Bool {
        guard (environment["NO_COLOR"] ?? "").isEmpty else { return false }
        let type = environment["TERM"] ?? ""
        return !type.isEmpty && type != "dumb"
    }
}
