import Bytes
import TestSupport
import Testing

@Suite("FIFO")
struct FIFOTests {
    @Test("a long row of random operations does as an array does")
    func asAnArray() {
        var generator = SeededGenerator(seed: 7)
        var (queue, array) = (FIFO<Int>(), [Int]())
        for number in 0..<20_000 {
            switch Int.random(in: 0..<100, using: &generator) {
            case 0..<55:
                queue.append(number)
                array.append(number)
            case 55..<98:
                let (popped, expected) = (queue.popFirst(), array.isEmpty ? nil : array.removeFirst())
                #expect(popped == expected)
            case 98:
                let count = Int.random(in: 0..<300, using: &generator)
                let popped = queue.pop(upTo: count)
                #expect(popped == Array(array.prefix(count)))
                array.removeFirst(popped.count)
            default:
                guard Int.random(in: 0..<20, using: &generator) == 0 else { continue }
                let drained = queue.drain()
                #expect(drained == array)
                array = []
            }
            #expect(queue.count == array.count)
            #expect(queue.isEmpty == array.isEmpty)
            #expect(queue.first == array.first)
        }
    }

    @Test("what was removed is let go of at once")
    func release() {
        final class Token {}
        var queue = FIFO<Token>()
        weak var seen: Token?
        do {
            let token = Token()
            seen = token
            queue.append(token)
            queue.append(Token())
        }
        #expect(seen != nil)
        _ = queue.popFirst()
        #expect(seen == nil)
    }
}
