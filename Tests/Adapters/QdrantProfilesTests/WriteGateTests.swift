import Stores
import TestSupport
import Testing

@testable import QdrantProfiles

@Suite struct WriteGateTests {
    @Test("closing waits for the writes that have begun, and lets no others begin")
    func closing() async throws {
        let gate = WriteGate()
        let order = Recorder<String>()
        try await gate.enter()
        try await gate.enter()
        let closing = Task {
            await gate.close()
            order.append("closed")
        }
        try await eventually("the gate is closing") {
            do {
                try await gate.enter()
                await gate.leave()
                return false
            } catch let error as StoreError {
                return error.code == .closed
            }
        }
        await gate.leave()
        order.append("the last one leaves")
        await gate.leave()
        await closing.value
        #expect(order.entries == ["the last one leaves", "closed"])
        await gate.close()
    }
}
