import BoltWire
import EventLoops
import Testing

@testable import BoltClient

@Suite("A result on its way to the caller") struct ResultStateTests {
    @Test("of what nobody has come for, no more is kept than says that it is too much")
    func bound() {
        let result = ResultState(fetchSize: nil, mostKept: 3)
        for number in 0..<100 { result.append([.integer(number)]) }
        #expect(result.take() == [[0], [1], [2]])
        result.append([4])
        #expect(result.take() == [[4]])
    }

    @Test("tasks that read it at the same time, which they should not, are all woken", .timeLimit(.minutes(5)))
    func readers() async throws {
        let result = ResultState(fetchSize: 10)
        let one = try #require(result.newWait())
        let two = try #require(result.newWait())
        result.append([1])
        result.wake()
        await one.value {}
        await two.value {}
        #expect(result.newWait() == nil)
    }
}
