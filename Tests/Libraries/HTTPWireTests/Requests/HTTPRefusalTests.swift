import HTTPMessages
import HTTPWire
import Testing

struct HTTPRefusalTests {
    @Test(
        "each reason has its status",
        arguments: [
            (HTTPRefusal.Reason.malformedRequest, 400), (.unsupportedVersion, 505), (.targetTooLong(limit: 1), 414),
            (.headTooLarge(limit: 1), 431), (.tooManyFields(limit: 1), 431), (.bodyTooLarge(limit: 1), 413),
            (.expectationFailed, 417), (.requestTimeout, 408), (.handlerTimeout, 503), (.tooManyConnections, 503),
            (.tooManyConnectionsOfAddress, 429), (.overloaded, 503), (.invalidResponse, 500),
        ] as [(HTTPRefusal.Reason, HTTPStatus)])
    func statuses(reason: HTTPRefusal.Reason, status: HTTPStatus) {
        #expect(HTTPRefusal(reason, detail: "").status == status)
    }
}
