import EventLoops
import Glibc
import HTTPServer

/// A server in a process with few descriptors, for the server's tests, which must not take descriptors from their own
/// process.
///
/// Prints the port. Then takes commands, one per line, and answers each with a line:
///
///     fill    opens files until the system refuses; prints their number
///     free    closes these files; prints their number
///     time    prints the processor time of the thread of the server's loop, in nanoseconds
enum HTTPServerCommand {
    /// Returns false without a number of descriptors.
    static func run(_ words: [String]) async throws -> Bool {
        guard words.count == 1, let descriptors = rlim_t(words[0]) else { return false }
        var limit = rlimit(rlim_cur: descriptors, rlim_max: descriptors)
        guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { exit(1) }
        let server = HTTPServer(configuration: HTTPServerConfiguration()) { .text($0.target) }
        say(try await server.start().port)
        try await obey(server)
        return true
    }

    /// Other tests may have had thousands of descriptors open when this process began, and its start does not close all of
    /// them.
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
