import HTTPMessages
import Testing

@Suite struct HTTPStatusTests {
    @Test("successes are 200 to 299", arguments: [(199, false), (200, true), (299, true), (300, false), (-200, false)])
    func success(code: Int, isSuccess: Bool) {
        #expect(HTTPStatus(code).isSuccess == isSuccess)
    }

    @Test("is described by its code and reason")
    func description() {
        #expect("\(HTTPStatus.notFound)" == "404 Not Found")
        #expect("\(HTTPStatus(599))" == "599 Unknown")
    }
}
