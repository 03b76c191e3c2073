import BoltWire
import EventLoops
import Testing

@testable import BoltClient

@Suite("A result on its way to the caller") struct ResultStateTests {
    @Test("of what is collected, no more is kept than says that it is too much")
    func bound() {
        let result = ResultState(fetchSize: nil, collecting: 2)
        for number in 0..<100 { #expect(!result.append([.integer(number)])) }
        #expect(result.records == [[0], [1], [2]])
        #expect(result.isTooLarge)
    }

    @Test("who collects a result waits for its end, and who reads it for the next record", .timeLimit(.minutes(5)))
    func wakes() async throws {
        let (collected, read) = (ResultState(fetchSize: 1, collecting: 10), ResultState(fetchSize: 1))
        for result in [collected, read] {
            result.run(["n"])
            _ = result.append([1])
        }
        #expect(read.newWait() == nil)
        let end = try #require(collected.newWait())
        collected.finish(.failure(.driverClosed))
        await end.value {}
        #expect(collected.newWait() == nil)
    }

    @Test("tasks that read it at the same time, which they should not, are all woken", .timeLimit(.minutes(5)))
    func readers() async throws {
        let result = ResultState(fetchSize: 10)
        let one = try #require(result.newWait())
        let two = try #require(result.newWait())
        #expect(result.append([1]))
        result.wake()
        await one.value {}
        await two.value {}
        #expect(result.newWait() == nil)
    }
}
