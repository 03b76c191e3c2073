import EventLoops
import Glibc
import HTTPServer

/// A server in a process of few descriptors, for the server's tests: they must not take descriptors from the tests'
/// own process.
///
/// It prints the port. Then it takes commands, a line each, and answers each with a line:
///
///     fill    opens files until the system gives no more; how many
///     free    closes them; how many
///     time    what the thread of the server's loop has used, in nanoseconds
enum HTTPServerCommand {
    /// False without a number of descriptors.
    static func run(_ words: [String]) async throws -> Bool {
        guard words.count == 1, let descriptors = rlim_t(words[0]) else { return false }
        var limit = rlimit(rlim_cur: descriptors, rlim_max: descriptors)
        guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { exit(1) }
        let server = HTTPServer(configuration: HTTPServerConfiguration()) { .text($0.target) }
        say(try await server.start().port)
        try await obey(server)
        return true
    }

    /// Other tests may have had descriptors open, by the thousand, when this process began, and not all are closed by
    /// that.
    static func closeInheritedDescriptors() {
        for descriptor in Int32(3)..<65_536 { close(descriptor) }
    }

    private static func obey(_ server: HTTPServer) async throws {
        var files: [Int32] = []
        while let command = readLine() {
            switch command {
            case "fill":
                while case let file = open("/dev/null", O_RDONLY | O_CLOEXEC), file >= 0 { files.append(file) }
                guard errno == EMFILE else { exit(1) }
                say(files.count)
            case "free":
                say(files.count)
                for file in files { close(file) }
                files = []
            case "time":
                say(await time(of: server))
            default: exit(2)
            }
        }
    }

    private static func time(of server: HTTPServer) async -> Int {
        await withCheckedContinuation { continuation in
            server.executor.schedule {
                var time = timespec()
                clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
                continuation.resume(returning: time.tv_sec * 1_000_000_000 + time.tv_nsec)
            }
        }
    }

    private static func say(_ number: Int) {
        print(number)
        fflush(nil)
    }
}
