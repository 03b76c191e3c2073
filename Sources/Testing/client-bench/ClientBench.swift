import Glibc
import Platform

/// Measures the cost of the clients and of the HTTP server alone. `benchmarks/run` runs this program beside others that
/// do the same work; the first argument names the part.
@main
enum ClientBench {
    static func main() async {
        do { try await run(Array(CommandLine.arguments.dropFirst())) } catch { fail("\(error)") }
    }

    private static func run(_ words: [String]) async throws {
        let isKnown =
            switch words.first {
            case "amqp": try await AMQPBench.run(Array(words.dropFirst()))
            case "bolt": try await BoltBench.run(Array(words.dropFirst()))
            case "http-server": try await HTTPServerBench.run(Array(words.dropFirst()))
            default: false
            }
        guard isKnown else {
            fail(
                """
                usage: client-bench amqp publish N | amqp consume N QUEUE
                       client-bench bolt read N | bolt queries N | bolt pipeline N | bolt pipelines N
                       client-bench http-server [--inline] [--loops N] [--tls CERTIFICATE KEY]
                """)
        }
    }

    static func fail(_ text: String) -> Never {
        try? StandardStream.error.write("client-bench: \(text)\n")
        exit(2)
    }
}
