import Bytes
import TestSupport
import Testing

@Suite("Numbered window")
struct NumberedWindowTests {
    @Test("a long row of random operations does as an array with numbers does")
    func asAnArray() {
        var generator = SeededGenerator(seed: 11)
        var window = NumberedWindow<Int>()
        var (array, removed) = ([Int](), 0)
        for step in 0..<20_000 {
            switch Int.random(in: 0..<100, using: &generator) {
            case 0..<60:
                #expect(window.append(step) == UInt64(removed + array.count + 1))
                array.append(step)
            case 60..<80:
                let number = Int.random(in: max(0, removed - 3)...removed + array.count + 3, using: &generator)
                let index = number - removed - 1
                let isThere = array.indices.contains(index)
                let updated: Int? = window.update(UInt64(number)) { element in
                    element += 1
                    return element
                }
                if isThere { array[index] += 1 }
                #expect(updated == (isThere ? array[index] : nil))
                #expect(window[UInt64(number)] == (isThere ? array[index] : nil))
            default:
                let limit = array.first.map { $0 + Int.random(in: 0..<8, using: &generator) } ?? 0
                window.removeFirst { $0 < limit }
                let count = array.prefix { $0 < limit }.count
                array.removeFirst(count)
                removed += count
            }
            #expect(window.count == array.count)
            #expect(window.isEmpty == array.isEmpty)
            #expect(window.first == array.first)
            #expect(window.numbers == UInt64(removed + 1)..<UInt64(removed + array.count + 1))
        }
        #expect(window.numbers.map { window[$0] } == array)
    }

    @Test("numbers outside of the window find nothing", arguments: [0, 1, 9, 13, .max] as [UInt64])
    func outside(number: UInt64) {
        var window = NumberedWindow<Int>(firstNumber: 9)
        for element in 0..<4 { window.append(element) }
        window.removeFirst { $0 == 0 }
        #expect(window[number] == nil)
        #expect(window.update(number) { $0 = 7 } == nil)
        #expect(window.numbers == 10..<13)
    }

    @Test("an emptied window goes on counting")
    func goesOn() {
        var window = NumberedWindow<String>()
        window.append("ant")
        window.append("bee")
        window.removeAll()
        #expect(window.isEmpty)
        #expect(window.first == nil)
        #expect(window.append("cat") == 3)
        #expect(window[3] == "cat")
    }

    @Test("what was removed is let go of when the window is empty")
    func release() {
        final class Token {}
        var window = NumberedWindow<Token>()
        weak var seen: Token?
        do {
            let token = Token()
            seen = token
            window.append(token)
        }
        #expect(seen != nil)
        window.removeFirst { _ in true }
        #expect(seen == nil)
    }
}
