import Glibc

extension HelperProcess {
    /// Runs a program of the search path to its end.
    ///
    /// - Returns: what it printed on standard output; its errors go where the tests' go.
    /// - Throws: ``Failure`` if it does not end with status 0.
    @discardableResult
    package static func run(_ program: String, _ arguments: [String]) async throws -> String {
        let process = try HelperProcess(path: "/usr/bin/env", [program] + arguments)
        var lines: [String] = []
        while let line = await process.nextLine() { lines.append(line) }
        let exit = await process.exit()
        let output = lines.joined(separator: "\n")
        guard exit == .status(0) else {
            throw Failure(message: "\(program) \(arguments.joined(separator: " ")) ended with \(exit): \(output)")
        }
        return output
    }

    /// Runs a Python script with the interpreter that sees the system's packages (pika is one).
    @discardableResult
    package static func python(_ script: String, _ arguments: [String]) async throws -> String {
        // A version manager's interpreter, first in the search path, would not see them.
        let system = "/usr/bin/python3"
        let interpreter = access(system, X_OK) == 0 ? system : "python3"
        return try await run(interpreter, ["-c", script] + arguments)
    }
}
