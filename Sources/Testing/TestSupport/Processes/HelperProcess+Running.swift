import Glibc

extension HelperProcess {
    /// Runs a program of the search path to its end.
    ///
    /// - Returns: The standard output of the program; its errors go to the standard error of the tests.
    /// - Throws: ``Failure`` if the program does not end with status 0.
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

    /// Runs a Python script with the interpreter that sees the system's packages, such as pika.
    @discardableResult
    package static func python(_ script: String, _ arguments: [String]) async throws -> String {
        // The interpreter of a version manager, first in the search path, would not see these packages.
        let system = "/usr/bin/python3"
        let interpreter = access(system, X_OK) == 0 ? system : "python3"
        return try await run(interpreter, ["-c", script] + arguments)
    }
}
