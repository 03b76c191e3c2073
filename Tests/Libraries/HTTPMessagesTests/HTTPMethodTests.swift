import HTTPMessages
import Testing

@Suite struct HTTPMethodTests {
    @Test("the idempotent methods are those of RFC 9110")
    func idempotent() {
        let all: [HTTPMethod] = [.get, .head, .post, .put, .patch, .delete, .options, .connect, .trace, "PURGE", "get"]
        #expect(all.filter(\.isIdempotent) == [.get, .head, .put, .delete, .options, .trace])
    }
}
