import Dispatch
import Glibc
import Platform

/// The helper process of tests, which run, watch and kill it. The first argument names the tested part.
@main
enum TestHelper {
    static func main() {
        let words = Array(CommandLine.arguments.dropFirst())
        // Before the runtime of tasks has descriptors of its own, which an asynchronous main would find open.
        if words.first == "http-server" { HTTPServerCommand.closeInheritedDescriptors() }
        Task {
            do { try await run(words) } catch {
                try? StandardStream.error.write("test-helper: \(error)\n")
                exit(1)
            }
            exit(0)
        }
        dispatchMain()
    }

    private static func run(_ words: [String]) async throws {
        let rest = Array(words.dropFirst())
        let isKnown =
            switch words.first {
            case "platform": try await PlatformCommands.run(rest)
            case "sqlite": try await SQLiteCommands.run(rest)
            case "embedded": try await EmbeddedCommands.run(rest)
            case "http-server": try await HTTPServerCommand.run(rest)
            case "http-requests": HTTPRequestsCommand.run(rest)
            default: false
            }
        guard !isKnown else { return }
        try StandardStream.error.write(
            """
            usage: test-helper platform hold-lock FILE | signals | closed-output
                   test-helper sqlite commit-loop DATABASE LEDGER | insert DATABASE COUNT | io-error DATABASE
                   test-helper embedded hold DIRECTORY QUEUE COUNT | publish DIRECTORY EXCHANGE | work DIRECTORY QUEUE
                                        | soak DIRECTORY QUEUE COUNT | io-error DIRECTORY QUEUE
                                        | visits DIRECTORY SEED
                   test-helper http-server DESCRIPTORS
                   test-helper http-requests

            """)
        exit(2)
    }

    /// Makes writes beyond a file size in bytes fail; nil for no limit.
    static func limitFileSize(to bytes: Int?) {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { exit(1) }
        limit.rlim_cur = bytes.map { rlim_t($0) } ?? limit.rlim_max
        guard setrlimit(resource, &limit) == 0 else { exit(1) }
    }
}
