import Events
import Messaging
import PipelineTesting
import Testing

@testable import DeadLetters

@Suite struct OldestLetterTests {
    let broker = FakeBroker()

    private func letter(failedAt seconds: Int64) -> Message {
        let headers = DeadLetterHeaders(
            queue: PipelineTopology.graphQueue, reason: .invalid, error: "e", attempts: 1,
            firstFailedAt: seconds, lastFailedAt: seconds, worker: "w")
        var table = HeaderTable()
        headers.write(to: &table)
        return Message(body: [], properties: MessageProperties(headers: table))
    }

    @Test("the letter at the head tells its time, and an empty queue none")
    func head() async {
        let oldest = OldestLetter(DeadLetterQueue(broker))
        await oldest.look()
        #expect(oldest.failedAt == nil)
        broker.put([letter(failedAt: 5), letter(failedAt: 9)], into: PipelineTopology.deadLetterQueue)
        await oldest.look()
        #expect(oldest.failedAt == Timestamp(microseconds: 5))
    }

    @Test("a broker that is away leaves what the last look found")
    func away() async {
        broker.put([letter(failedAt: 5)], into: PipelineTopology.deadLetterQueue)
        let oldest = OldestLetter(DeadLetterQueue(broker))
        await oldest.look()
        broker.failStatus(with: MessagingError(.unavailable, "connection refused"))
        await oldest.look()
        #expect(oldest.failedAt == Timestamp(microseconds: 5))
    }
}
