import Dispatch
import Glibc
import Synchronization

/// A program of this package that runs beside the tests: they talk to the program over its standard input and output,
/// and may kill it. The release of the last reference kills a program that still runs.
///
/// The methods wait on a separate queue, not on the cooperative pool. One task at a time may read.
package final class HelperProcess: Sendable {
    /// How a process ended.
    package enum Exit: Hashable, Sendable {
        /// The process ended by itself with this status.
        case status(Int32)
        /// This signal ended the process.
        case signal(Int32)
    }

    /// The helper could not be started.
    package struct Failure: Error, CustomStringConvertible {
        /// The failed operation and the cause.
        package let message: String
        package var description: String { message }
    }

    /// The id of the process.
    package let processID: Int32
    private let input: Int32
    private let output: Int32
    private let hasEnded = Atomic(false)
    private let queue = DispatchQueue(label: "test.helper-process")

    /// A helper that starts after another helper's pipes are created but before they are marked as private would
    /// inherit them, and a reader of the other helper would wait for the end of both.
    private static let starting = Mutex<Void>(())

    /// Starts the executable target `name` of this package, which must be a dependency of the test target.
    package convenience init(_ name: String, _ arguments: [String]) throws {
        try self.init(path: try Self.buildFolder() + "/" + name, arguments)
    }

    /// Starts `test-helper`, which must be a dependency of the test target, with a command for the tested part.
    package convenience init(testing part: String, _ arguments: [String]) throws {
        try self.init("test-helper", [part] + arguments)
    }

    /// Starts the program at `path`.
    package init(path: String, _ arguments: [String]) throws {
        // A write to a helper that has ended must be an error, and not end the tests; the helper keeps its own setting.
        _ = signal(SIGPIPE, SIG_IGN)
        (processID, input, output) = try Self.starting.withLock { _ in
            let (childInput, input) = try Self.makePipe()
            let (output, childOutput) = try Self.makePipe()
            defer {
                close(childInput)
                close(childOutput)
            }
            let (processID, result) = Self.spawn(path, arguments, input: childInput, output: childOutput)
            guard result == 0 else {
                close(input)
                close(output)
                throw Failure(message: "\(path) does not start: error \(result)")
            }
            return (processID, input, output)
        }
    }

    deinit {
        close(input)
        close(output)
        // Once the process was waited for, its id may belong to another process.
        guard !hasEnded.load(ordering: .acquiring) else { return }
        kill(processID, SIGKILL)
        waitpid(processID, nil, 0)
    }

    /// The next line that the helper prints, without its line feed; nil after the last line.
    package func nextLine() async -> String? {
        await onQueue { [output] in
            var line: [UInt8] = []
            var byte: UInt8 = 0
            while true {
                let count = read(output, &byte, 1)
                if count < 0, errno == EINTR { continue }
                guard count == 1 else { return line.isEmpty ? nil : String(decoding: line, as: UTF8.self) }
                if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
                line.append(byte)
            }
        }
    }

    /// Sends a line to the helper's standard input.
    package func send(line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(input, bytes, bytes.count)
    }

    /// Makes the helper's writes to its standard output fail, as if the reader had gone.
    package func closeOutput() {
        // The descriptor keeps its number, which `deinit` closes, but the pipe loses its reader.
        let nothing = open("/dev/null", O_RDONLY)
        dup2(nothing, output)
        close(nothing)
    }

    /// Sends the helper a signal.
    package func send(signal: Int32) {
        kill(processID, signal)
    }

    /// Waits until the helper has ended; must be called once only.
    package func exit() async -> Exit {
        await onQueue { [self] in
            var status: Int32 = 0
            while waitpid(processID, &status, 0) < 0, errno == EINTR {}
            hasEnded.store(true, ordering: .releasing)
            let signal = status & 0x7f
            return signal == 0 ? .status((status >> 8) & 0xff) : .signal(signal)
        }
    }

    /// Starts a process whose SIGPIPE has its default action and that blocks no signal.
    private static func spawn(
        _ path: String, _ arguments: [String], input: Int32, output: Int32
    ) -> (processID: pid_t, result: Int32) {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)

        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var defaults = sigset_t()
        sigemptyset(&defaults)
        sigaddset(&defaults, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        // Threads of Dispatch, such as this one may be, block signals; the helper and its children must receive them.
        var blocked = sigset_t()
        sigemptyset(&blocked)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        var words = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var processID: pid_t = 0
        let result = posix_spawn(&processID, path, &actions, &attributes, &words, environ)
        return (processID, result)
    }

    private func onQueue<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: body()) }
        }
    }

    private static func makePipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure(message: "pipe: error \(errno)") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// The folder with the built products of this package, which contains the test bundle too.
    private static func buildFolder() throws -> String {
        for argument in CommandLine.arguments {
            let components = argument.split(separator: "/", omittingEmptySubsequences: false)
            guard let bundle = components.firstIndex(where: { $0.hasSuffix(".xctest") }), bundle > 0 else { continue }
            return components[..<bundle].joined(separator: "/")
        }
        throw Failure(message: "the test bundle is not among the arguments")
    }
}
