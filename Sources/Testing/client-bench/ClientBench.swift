import Foundation

/// Measures the cost of the clients alone. `benchmarks/run` runs this program beside other clients that do the same
/// work; the first argument names the client.
@main
enum ClientBench {
    static func main() async throws {
        let words = Array(CommandLine.arguments.dropFirst())
        let isKnown =
            switch words.first {
            case "amqp": try await AMQPBench.run(Array(words.dropFirst()))
            default: false
            }
        guard isKnown else { fail("usage: client-bench amqp publish N | amqp consume N QUEUE") }
    }

    static func fail(_ text: String) -> Never {
        FileHandle.standardError.write(Data("client-bench: \(text)\n".utf8))
        exit(2)
    }
}
