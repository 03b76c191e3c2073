import EventLoops
import Testing

@Suite("Batch inbox")
struct BatchInboxTests {
    @Test("the first one in schedules the turn, and those after it do not until the turn has ended")
    func scheduling() {
        var inbox = BatchInbox<Int>()
        let appended = [inbox.append(1), inbox.append(2)]
        #expect(appended == [true, false])
        let first = inbox.take()
        #expect(first == [1, 2])
        let during = [inbox.append(3), inbox.endTurn()]
        #expect(during == [false, true])
        let second = inbox.take()
        #expect(second == [3])
        let after = [inbox.endTurn(), inbox.append(4)]
        #expect(after == [false, true])
    }

    @Test("a turn can take a part, oldest first")
    func parts() {
        var inbox = BatchInbox<Int>()
        for number in 1...5 { _ = inbox.append(number) }
        let two = inbox.take(upTo: 2)
        #expect(two == [1, 2])
        #expect(inbox.waiting == [3, 4, 5])
        #expect(inbox.count == 3)
        let rest = inbox.take(upTo: 3)
        #expect(rest == [3, 4, 5])
        #expect(inbox.isEmpty)
        let none = inbox.take()
        #expect(none.isEmpty)
    }

    @Test("a turn can be asked for without an element, and goes on for what is kept elsewhere")
    func withoutElements() {
        var inbox = BatchInbox<Int>()
        let asked = [inbox.scheduleTurn(), inbox.scheduleTurn(), inbox.endTurn(hasMore: true), inbox.append(1)]
        #expect(asked == [true, false, true, false])
        let taken = inbox.take()
        #expect(taken == [1])
        let ended = [inbox.endTurn(hasMore: false), inbox.scheduleTurn()]
        #expect(ended == [false, true])
    }
}
