import Events
import Stores
import TestSupport
import Testing

@testable import Embedded

@Suite("The row of a session") struct SessionTouchesTests {
    @Test("it holds the first touches in their order, come when they may, and tells when the sequence changes")
    func order() throws {
        var random = SeededGenerator(seed: 5)
        for count in [1, 2, 40, 499, 500, 501, 620] {
            var all: [Touch] = []
            var row = SessionTouches()
            for number in 0..<UInt64(count) {
                let touch = try #require(
                    Touch(
                        Event(
                            id: EventID(high: random.next(), low: number), userID: 1,
                            productID: .random(in: 1...90, using: &random), type: .view, session: "s",
                            // Mostly in order, and some of one moment.
                            time: Timestamp(microseconds: Int64(number / 2) - .random(in: 0...3, using: &random) * 40)))
                )
                let (before, sequence) = (row.row, row.sequence)
                let changed = row.insert(touch)
                all.append(touch)
                #expect(changed.row == (row.row != before))
                if !changed.sequence { #expect(row.sequence == sequence) }
            }
            let first = all.sorted { $0.key < $1.key }.prefix(CoViewQuery.interactionLimit)
            let read = SessionTouches(row: row.row)
            #expect(count > 64 ? row.row.count % 2_048 == 0 : row.row.count == 32 * count)
            #expect(read.count == min(count, 500))
            #expect(read.isFull == (count >= 500))
            #expect(read.closingTime == (count >= 500 ? first.last?.key.time : nil))
            var known: Set<Int64> = []
            #expect(read.sequence == first.map(\.productID).filter { known.insert($0).inserted })
            for product in known {
                let newest = first.last { $0.productID == product }?.key
                #expect(read.newest(of: product) == newest)
                #expect(read.newest[product] == newest)
            }
            #expect(read.newest(of: 91) == nil)
        }
    }

    @Test("a row that is closed to what comes is full, and takes nothing")
    func closed() throws {
        var row = SessionTouches(row: nil)
        let touch = try #require(
            Touch(
                Event(
                    id: EventID(high: 1, low: 1), userID: 1, productID: 1, type: .view, session: "s",
                    time: Timestamp(microseconds: 1))))
        #expect(row.isFull && row.closingTime == nil)
        #expect(row.insert(touch) == (false, false))
    }

    @Test("bytes that nobody wrote are some touches or none")
    func damaged() {
        #expect(SessionTouches(row: Array(repeating: 0, count: 100)).count == 0)
        #expect(SessionTouches(row: Array(repeating: 7, count: 100)).count == 3)
    }

    @Test("a touch that repeats another at the end leaves the sequence as it is")
    func repetition() throws {
        func touch(_ product: Int64, _ time: Int64) throws -> Touch {
            try #require(
                Touch(
                    Event(
                        id: EventID(high: 1, low: UInt64(time)), userID: 1, productID: product, type: .cart,
                        session: "s", time: Timestamp(microseconds: time))))
        }
        var row = SessionTouches()
        #expect(try row.insert(touch(1, 10)) == (true, true))
        #expect(try row.insert(touch(2, 20)) == (true, true))
        #expect(try row.insert(touch(1, 30)) == (true, false))
        #expect(try row.insert(touch(2, 5)) == (true, true))
        #expect(row.sequence == [2, 1])
    }
}
