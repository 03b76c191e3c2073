import Crypto
import Testing

@Suite("Random numbers fetched many at a time")
struct BufferedRandomTests {
    @Test("no number comes twice, also when the buffer is filled anew, and every bit is set at times")
    func numbers() {
        var generator = BufferedRandom()
        let numbers = (0..<300).map { _ in generator.next() }
        #expect(Set(numbers).count == 300)
        #expect(numbers.reduce(0, |) == .max)
        #expect(numbers.reduce(.max, &) == 0)
    }
}
