import AMQPWire
import TestSupport
import Testing

@Suite("Publish window")
struct PublishWindowTests {
    @Test("a batch is finished when its last message is confirmed, and not before")
    func confirmed() throws {
        var publisher = Publisher()
        let batch = publisher.publish(3)
        #expect(publisher.sent == ["1.0", "1.1", "1.2"])
        try publisher.window.confirmed(2, multiple: true, isNegative: false)
        #expect(publisher.window.popFinished() == nil)
        #expect(publisher.window.unconfirmedMessages == 1)
        try publisher.window.confirmed(3, multiple: false, isNegative: false)
        let finished = publisher.window.popFinished()
        #expect(finished?.batch == batch)
        #expect(finished?.count == 3)
        #expect(finished?.failures == [:])
        #expect(publisher.window.popFinished() == nil)
    }

    @Test("confirms out of order finish the batches that they complete")
    func outOfOrder() throws {
        var publisher = Publisher()
        for count in [2, 1, 2] { publisher.publish(count) }
        try publisher.window.confirmed(3, multiple: false, isNegative: false)
        #expect(publisher.window.popFinished()?.batch == 2)
        try publisher.window.confirmed(5, multiple: false, isNegative: false)
        try publisher.window.confirmed(1, multiple: false, isNegative: false)
        #expect(publisher.window.popFinished() == nil)
        try publisher.window.confirmed(4, multiple: false, isNegative: false)
        #expect(publisher.window.popFinished()?.batch == 3)
        try publisher.window.confirmed(2, multiple: false, isNegative: false)
        #expect(publisher.window.popFinished()?.batch == 1)
    }

    @Test("one confirm of many messages finishes several batches, oldest first")
    func multiple() throws {
        var publisher = Publisher()
        for _ in 0..<4 { publisher.publish(2) }
        try publisher.window.confirmed(7, multiple: true, isNegative: false)
        #expect(publisher.popAll().map(\.batch) == [1, 2, 3])
        try publisher.window.confirmed(0, multiple: true, isNegative: false)
        #expect(publisher.popAll().map(\.batch) == [4])
    }

    @Test("a nack refuses its messages and no others")
    func refused() throws {
        var publisher = Publisher()
        publisher.publish(3)
        try publisher.window.confirmed(2, multiple: false, isNegative: true)
        try publisher.window.confirmed(3, multiple: true, isNegative: false)
        #expect(publisher.window.popFinished()?.failures == [1: .refused])
    }

    @Test("a confirm for what was never sent is an error and finishes nothing")
    func unknown() throws {
        var publisher = Publisher()
        publisher.publish(1)
        #expect(throws: WireError.self) {
            try publisher.window.confirmed(2, multiple: false, isNegative: false)
        }
        #expect(publisher.window.popFinished() == nil)
        #expect(publisher.window.unconfirmedMessages == 1)
    }

    @Test("a message that comes back has its outcome when it is acknowledged")
    func returned() throws {
        var publisher = Publisher()
        publisher.publish(2)
        try publisher.comeBack("1.1")
        #expect(publisher.window.popFinished() == nil)
        try publisher.window.confirmed(2, multiple: true, isNegative: false)
        #expect(publisher.window.popFinished()?.failures == [1: .returned(replyCode: 312, text: "NO_ROUTE")])
    }

    @Test("a message that came back and is refused then was refused")
    func returnedAndRefused() throws {
        var publisher = Publisher()
        publisher.publish(1)
        try publisher.comeBack("1.0")
        try publisher.window.confirmed(1, multiple: false, isNegative: true)
        #expect(publisher.window.popFinished()?.failures == [0: .refused])
    }

    @Test("a message that comes back with other properties is found by its identity, and nothing else is")
    func returnedChanged() throws {
        var publisher = Publisher()
        publisher.publish(2)
        var changed = Publisher.properties("1.1")
        changed.contentType = "changed"
        try publisher.comeBack("1.1", properties: changed)
        #expect(throws: WireError.self) { try publisher.comeBack("1.2") }
        #expect(throws: WireError.self) { try publisher.comeBack("1.1") }
        try publisher.window.confirmed(2, multiple: true, isNegative: false)
        #expect(publisher.window.popFinished()?.failures.keys.first == 1)
    }

    @Test("no more messages are sent than may be unconfirmed, and a confirm makes room")
    func full() throws {
        var publisher = Publisher()
        publisher.limits.unconfirmedMessages = 3
        publisher.publish(2)
        publisher.publish(3)
        #expect(publisher.sent == ["1.0", "1.1", "2.0"])
        #expect(publisher.window.isWaiting)
        #expect(publisher.window.waitingMessages == 2)
        try publisher.window.confirmed(1, multiple: false, isNegative: false)
        publisher.send()
        #expect(publisher.sent == ["2.1"])
        try publisher.window.confirmed(4, multiple: true, isNegative: false)
        publisher.send()
        #expect(publisher.sent == ["2.2"])
        #expect(!publisher.window.isWaiting)
        #expect(publisher.window.waitingMessages == 0)
    }

    @Test("no more bytes are sent than may be unconfirmed, and a message of more goes alone")
    func fullOfBytes() throws {
        var publisher = Publisher()
        publisher.limits.unconfirmedBytes = 10
        publisher.publish(bodies: [6, 4, 1, 11, 1])
        #expect(publisher.sent == ["1.0", "1.1"])
        try publisher.window.confirmed(1, multiple: false, isNegative: false)
        publisher.send()
        #expect(publisher.sent == ["1.2"])
        try publisher.window.confirmed(2, multiple: false, isNegative: true)
        publisher.send()
        #expect(publisher.sent.isEmpty)
        try publisher.window.confirmed(3, multiple: false, isNegative: false)
        publisher.send()
        #expect(publisher.sent == ["1.3"])
        try publisher.window.confirmed(4, multiple: false, isNegative: false)
        publisher.send()
        #expect(publisher.sent == ["1.4"])
    }

    @Test("nothing is added to an encoder that holds enough")
    func fullEncoder() {
        var publisher = Publisher()
        publisher.encoderLimit = 1
        publisher.publish(2)
        #expect(publisher.sent == ["1.0"])
        publisher.send()
        #expect(publisher.sent == ["1.1"])
    }

    @Test("a batch that finds too many messages waiting is not taken, but any batch that finds none is")
    func tooManyWaiting() throws {
        var publisher = Publisher()
        publisher.limits.waitingMessages = 3
        publisher.limits.unconfirmedMessages = 1
        publisher.publish(5)
        #expect(publisher.window.waitingMessages == 4)
        #expect(publisher.publish(1) == nil)
        try publisher.window.confirmed(1, multiple: false, isNegative: false)
        publisher.send()
        try publisher.window.confirmed(2, multiple: false, isNegative: false)
        publisher.send()
        #expect(publisher.window.waitingMessages == 2)
        #expect(publisher.publish(1) == 2)
        #expect(publisher.publish(1) == nil)
    }

    @Test("a message that does not fit its fields fails alone, and takes no number")
    func unencodable() throws {
        var publisher = Publisher()
        publisher.publish(bodies: [1, 1, 1], routingKeys: ["a", String(repeating: "k", count: 256), "c"])
        #expect(publisher.sent == ["1.0", "1.2"])
        try publisher.window.confirmed(2, multiple: true, isNegative: false)
        let failures = publisher.window.popFinished()?.failures
        #expect(failures?.count == 1)
        guard case .unencodable = failures?[1] else {
            Issue.record("\(String(describing: failures))")
            return
        }
    }

    @Test("a batch of nothing but messages that do not fit is finished at once")
    func allUnencodable() {
        var publisher = Publisher()
        publisher.publish(bodies: [1], routingKeys: [String(repeating: "k", count: 256)])
        #expect(publisher.window.popFinished()?.failures.count == 1)
        #expect(publisher.window.unconfirmedMessages == 0)
        publisher.publish(1)
        #expect(publisher.sent == ["2.0"])
    }

    @Test("what is not sent in time has waited too long, also the rest of a batch")
    func waitedTooLong() throws {
        var publisher = Publisher()
        publisher.limits.unconfirmedMessages = 1
        publisher.publish(2)
        publisher.now += .seconds(1)
        publisher.publish(1)
        publisher.expire(after: .milliseconds(3_999))
        #expect(publisher.window.waitingMessages == 2)
        publisher.expire(after: .milliseconds(1), blocked: "disk")
        #expect(publisher.window.waitingMessages == 1)
        #expect(publisher.window.popFinished() == nil)
        try publisher.window.confirmed(1, multiple: false, isNegative: false)
        #expect(publisher.window.popFinished()?.failures == [1: .waitedTooLong(blocked: "disk")])
        publisher.expire(after: .seconds(1))
        #expect(publisher.window.popFinished()?.failures == [0: .waitedTooLong(blocked: nil)])
        #expect(!publisher.window.isWaiting)
        publisher.publish(1)
        #expect(publisher.sent == ["1.0", "3.0"])
    }

    @Test("what is not confirmed in time is unconfirmed for good, whatever comes later", arguments: [true, false])
    func unconfirmed(isNegative: Bool) throws {
        var publisher = Publisher()
        publisher.publish(2)
        try publisher.window.confirmed(1, multiple: false, isNegative: false)
        publisher.expire(after: .milliseconds(9_999))
        #expect(publisher.window.popFinished() == nil)
        publisher.expire(after: .milliseconds(1))
        #expect(publisher.window.popFinished()?.failures == [1: .unconfirmed])
        #expect(publisher.window.unconfirmedMessages == 1)
        try publisher.comeBack("1.1")
        try publisher.window.confirmed(2, multiple: false, isNegative: isNegative)
        #expect(publisher.window.popFinished() == nil)
        #expect(publisher.window.unconfirmedMessages == 0)
    }

    @Test("the time to confirm begins with a batch's last message that was sent")
    func confirmTime() throws {
        var publisher = Publisher()
        publisher.limits.unconfirmedMessages = 1
        publisher.limits.sendTimeout = .seconds(60)
        publisher.publish(2)
        publisher.now += .seconds(5)
        try publisher.window.confirmed(1, multiple: false, isNegative: false)
        publisher.send()
        publisher.expire(after: .seconds(9))
        #expect(publisher.window.popFinished() == nil)
        publisher.expire(after: .seconds(1))
        #expect(publisher.window.popFinished()?.failures == [1: .unconfirmed])
    }

    @Test("an end in the middle tells what was lost from what was not sent")
    func end() throws {
        var publisher = Publisher()
        publisher.limits.unconfirmedMessages = 4
        publisher.publish(2)
        publisher.publish(3)
        publisher.publish(1)
        try publisher.window.confirmed(1, multiple: false, isNegative: false)
        try publisher.comeBack("1.1")
        publisher.window.end()
        let finished = publisher.popAll()
        #expect(finished.map(\.batch) == [1, 2, 3])
        #expect(finished.map(\.failures) == [[1: .lost], [0: .lost, 1: .lost, 2: .unsent], [0: .unsent]])
        #expect(publisher.window.unconfirmedMessages == 0)
        #expect(publisher.window.waitingMessages == 0)
        publisher.window.end()
        #expect(publisher.window.popFinished() == nil)
    }

    @Test("every batch finishes once and with every message, in any order of events", arguments: 0..<20)
    func anyOrder(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var publisher = Publisher()
        publisher.limits.unconfirmedMessages = 30
        publisher.limits.waitingMessages = 60
        var counts: [UInt64: Int] = [:]
        var finished = Set<UInt64>()
        var published: UInt64 = 0
        for _ in 0..<2_000 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4:
                let count = Int.random(in: 1...8, using: &random)
                if let batch = publisher.publish(count) { counts[batch] = count }
            case 4..<9 where published > 0:
                let number = UInt64.random(in: max(1, published.subtractingClamped(35))...published, using: &random)
                let multiple = Int.random(in: 0..<4, using: &random) == 0
                let isNegative = Int.random(in: 0..<4, using: &random) == 0
                try publisher.window.confirmed(number, multiple: multiple, isNegative: isNegative)
            default: publisher.expire(after: .milliseconds(Int.random(in: 0..<2_000, using: &random)))
            }
            publisher.send()
            published += UInt64(publisher.sent.count)
            for batch in publisher.popAll() {
                #expect(finished.insert(batch.batch).inserted)
                #expect(batch.count == counts[batch.batch])
                #expect(batch.failures.keys.allSatisfy { (0..<batch.count).contains($0) })
            }
            #expect(publisher.window.unconfirmedMessages <= 30)
        }
        publisher.window.end()
        finished.formUnion(publisher.popAll().map(\.batch))
        #expect(finished == Set(counts.keys))
    }
}

extension UInt64 {
    fileprivate func subtractingClamped(_ other: UInt64) -> UInt64 { self > other ? self - other : 0 }
}
