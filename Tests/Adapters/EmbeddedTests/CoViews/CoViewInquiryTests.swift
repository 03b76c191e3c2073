import Dispatch
import Embedded
import Events
import Stores
import TestSupport
import Testing

/// Asks for the sessions of a product twice, and waits in between.
private struct Waiting: CoViewInquiry {
    let onFirst: @Sendable () -> Void
    let goesOn: DispatchSemaphore
    var answers: [CoViewAnswer] = []

    mutating func next() -> CoViewQuestion? {
        if answers.count == 1 {
            onFirst()
            goesOn.wait()
        }
        return answers.count < 2 ? .sessions(of: [1]) : nil
    }

    mutating func take(_ answer: CoViewAnswer) { answers.append(answer) }
}

@Suite("Inquiries of the embedded graph", .timeLimit(.minutes(5))) struct CoViewInquiryTests {
    private func visit(_ number: UInt64) -> InteractionBatch {
        InteractionBatch([
            Event(
                id: EventID(high: 1, low: number), userID: 1, productID: 1, type: .view, session: "s-\(number)",
                time: Timestamp(microseconds: Int64(number)))
        ])
    }

    @Test("all answers to an inquiry are of one moment, whatever is written meanwhile")
    func oneMoment() async throws {
        let directory = try TemporaryDirectory()
        let graph = try await EmbeddedGraphStore.open(directory: directory.path)
        _ = try await graph.apply(visit(1))
        let (begun, continuation) = AsyncStream<Void>.makeStream()
        let inquiry = Waiting(onFirst: { continuation.finish() }, goesOn: DispatchSemaphore(value: 0))
        async let seen = graph.pursue(inquiry).answers
        for await _ in begun {}
        _ = try await graph.apply(visit(2))
        #expect(try await graph.sessions(of: [1]) == [1: 2])
        inquiry.goesOn.signal()
        #expect(try await seen == [.sessions([1: 1]), .sessions([1: 1])])
        await graph.close()
    }
}
