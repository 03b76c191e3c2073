import Crypto
import Testing

@Suite("Random bytes")
struct RandomBytesTests {
    @Test("have the asked number and do not repeat")
    func countAndDifference() {
        for count in [0, 1, 16, 1000] {
            #expect(RandomBytes.generate(count: count).count == count)
        }
        // Two equal ones among these would come once in 2^121 runs.
        #expect(Set((0..<100).map { _ in RandomBytes.generate(count: 16) }).count == 100)
    }
}
