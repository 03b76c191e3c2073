import EventLoops
import Glibc
import HTTPServer
import Synchronization

/// A server in a process with few descriptors, for the server's tests, which must not take descriptors from their own
/// process.
///
/// Prints the port. Then takes commands, one per line, and answers each with a line:
///
///     fill    opens files until the system refuses; prints their number
///     free    closes these files; prints their number
///     time    prints the processor time of the thread of the server's loop, in nanoseconds
///     needed  prints how many descriptors the server said that it needs when it started; 0 if it said nothing
///     paused  prints how often the server has said that new connections wait, for want of descriptors
enum HTTPServerCommand {
    /// Returns false without a number of descriptors.
    static func run(_ words: [String]) async throws -> Bool {
        guard words.count == 1, let descriptors = rlim_t(words[0]) else { return false }
        var limit = rlimit(rlim_cur: descriptors, rlim_max: descriptors)
        guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { exit(1) }
        let notices = Mutex<[HTTPServerNotice]>([])
        var configuration = HTTPServerConfiguration()
        configuration.report = { notice in notices.withLock { $0.append(notice) } }
        let server = HTTPServer(configuration: configuration) { .text($0.target) }
        say(try await server.start().port)
        try await obey(server) { notices.withLock { $0 } }
        return true
    }

    /// Other tests may have had thousands of descriptors open when this process began, and its start does not close all of
    /// them.
    static func closeInheritedDescriptors() {
        for descriptor in Int32(3)..<65_536 { close(descriptor) }
    }

    private static func obey(_ server: HTTPServer, _ notices: () -> [HTTPServerNotice]) async throws {
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
            case "needed":
                if case .connectionsBounded(_, let needed)? = notices().first { say(needed) } else { say(0) }
            case "paused":
                say(notices().count { $0 == .acceptingPaused(errno: EMFILE) })
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
