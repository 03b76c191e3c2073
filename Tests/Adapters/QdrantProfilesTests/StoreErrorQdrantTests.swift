import QdrantClient
import Stores
import Testing

@testable import QdrantProfiles

@Suite("What an answer of Qdrant means for the events") struct StoreErrorQdrantTests {
    @Test(
        "by its code",
        arguments: [
            (QdrantError.Code.unreachable, StoreError.Code.unavailable), (.timedOut, .unavailable),
            (.connectionLost, .unavailable), (.busy, .unavailable), (.notFound, .unavailable),
            (.rateLimited, .unavailable), (.unavailable, .unavailable), (.tooLarge, .unavailable),
            (.invalidURL, .unavailable), (.conflict, .transient), (.notApplied, .transient), (.closed, .closed),
            (.unencodable, .rejected),
        ])
    func code(_ code: QdrantError.Code, _ meaning: StoreError.Code) {
        let error = StoreError(QdrantError(code, "why"))
        #expect(error.code == meaning)
        #expect(error.message == "why")
    }

    @Test(
        "with what people have to do",
        arguments: [
            (QdrantError.Code.accessRefused, "QDRANT_API_KEY"), (.outOfStorage, "make room"), (.tls, "cacertfile"),
            (.malformedAnswer, "6333"),
        ])
    func remedy(_ code: QdrantError.Code, _ remedy: String) {
        let error = StoreError(QdrantError(code, "why"))
        #expect(error.code == .unavailable)
        #expect(error.message.hasPrefix("why; ") && error.message.contains(remedy))
    }

    @Test(
        "only a value that the server cannot take blames an event",
        arguments: [(422, true), (400, false), (413, false)])
    func refused(_ status: Int, _ blamesEvent: Bool) {
        let error = StoreError(QdrantError(.rejected, "why", status: status))
        #expect(error.code == (blamesEvent ? .rejected : .unavailable))
    }
}
