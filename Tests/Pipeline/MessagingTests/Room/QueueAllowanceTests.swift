import TestSupport
import Testing

@testable import Messaging

@Suite struct QueueAllowanceTests {
    private var allowance = QueueAllowance(limit: 1_000)

    private mutating func see(_ ready: [String: Int]) -> QueueWatch.Report? {
        allowance.end(allowance.look(), ready)
    }

    @Test("nothing is let through before the first look, and the reason says so")
    mutating func unseen() {
        #expect(allowance.take(1, partly: false) == 0)
        _ = allowance.end(failedWith: MessagingError(.unavailable, "RabbitMQ is away"))
        #expect(allowance.take(1, partly: true) == 0)
        #expect(allowance.refusal.contains("not known yet"))
        #expect(allowance.refusal.contains("RabbitMQ is away"))
    }

    @Test("the fullest queue decides, and a tenth of its length is kept free")
    mutating func fullest() {
        #expect(see(["a": 100, "b": 850]) == nil)
        #expect(allowance.take(51, partly: false) == 0)
        #expect(allowance.take(50, partly: false) == 50)
        #expect(allowance.take(1, partly: false) == 0)
        #expect(allowance.refusal.contains("b holds up to 900 of at most 1000 events (--queue-max-length)"))
    }

    @Test("the first messages of many go where that is asked for")
    mutating func partly() {
        _ = see(["a": 850])
        #expect(allowance.take(500, partly: true) == 50)
        #expect(allowance.take(500, partly: true) == 0)
    }

    @Test("what was under way when a look began counts beside what the look saw")
    mutating func underWay() {
        _ = see(["a": 0])
        #expect(allowance.take(400, partly: false) == 400)
        allowance.answered(100)
        let look = allowance.look()
        #expect(allowance.take(100, partly: false) == 100)
        allowance.answered(400)
        // Of 500 sent, 100 are surely in what the look saw.
        _ = allowance.end(look, ["a": 100])
        #expect(allowance.take(401, partly: false) == 0)
        #expect(allowance.take(400, partly: false) == 400)
    }

    @Test("however much is sent between looks, and however late they are, the queue never holds more than its limit")
    func neverTooMuch() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<200 {
            var allowance = QueueAllowance(limit: 1_000)
            var (queue, flying, most) = (0, [Int](), 0)
            var look: (QueueAllowance.Look, seen: Int)?
            for _ in 0..<500 {
                switch Int.random(in: 0..<6, using: &generator) {
                case 0 where look == nil:
                    look = (allowance.look(), queue)
                case 1:
                    // A look may see the queue at any time between its begin and its end.
                    guard let begun = look else { break }
                    _ = allowance.end(begun.0, ["q": Bool.random(using: &generator) ? begun.seen : queue])
                    look = nil
                case 2, 3:
                    let sent = allowance.take(Int.random(in: 1...300, using: &generator), partly: true)
                    if sent > 0 { flying.append(sent) }
                case 4:
                    guard !flying.isEmpty else { break }
                    let arrived = flying.removeFirst()
                    queue += arrived
                    allowance.answered(arrived)
                default:
                    // A queue that a worker empties while a look is under way was fuller than it is.
                    if look == nil { queue -= Int.random(in: 0...queue, using: &generator) }
                }
                most = max(most, queue)
            }
            #expect(most <= allowance.capacity)
        }
    }

    @Test("a broker that is away leaves the last allowance, one that never tells its depths stops nothing")
    mutating func failures() {
        _ = see(["a": 850])
        #expect(allowance.end(failedWith: MessagingError(.unavailable, "away")) == nil)
        #expect(allowance.take(100, partly: false) == 0)
        let refused = MessagingError(.failed, "no permission")
        #expect(allowance.end(failedWith: refused) == .blind(refused))
        #expect(allowance.end(failedWith: refused) == nil)
        #expect(allowance.take(100_000, partly: false) == 100_000)
        allowance.answered(100_000)
        _ = see(["a": 850])
        #expect(allowance.take(100, partly: false) == 0)
    }

    @Test("a full queue is reported once, and its end when it is half empty")
    mutating func reports() {
        _ = see(["a": 900])
        #expect(allowance.take(1, partly: false) == 0)
        #expect(see(["a": 900]) == .full(queue: "a", messages: 900, limit: 1_000))
        #expect(allowance.take(1, partly: false) == 0)
        #expect(see(["a": 700]) == nil)
        #expect(see(["a": 450]) == .roomAgain)
        #expect(see(["a": 450]) == nil)
    }

    @Test("looks are frequent while messages are sent or room is short, and rare otherwise")
    mutating func pauses() {
        #expect(allowance.pause == .milliseconds(200))
        _ = see(["a": 10])
        #expect(allowance.pause == .seconds(1))
        _ = allowance.take(1, partly: false)
        #expect(allowance.pause == .milliseconds(200))
        _ = see(["a": 10])
        #expect(allowance.pause == .seconds(1))
        _ = see(["a": 800])
        #expect(allowance.pause == .milliseconds(200))
    }
}
