import Crypto
import HTTPMessages
import HTTPServer

extension HTTPAPI {
    /// Refuses a request without permission for the route.
    func authorize(_ request: HTTPRequest, for access: Route.Access) throws(Problem) {
        guard access == .tokenHolder else { return }
        guard !administration.tokens.isEmpty else {
            throw Problem(
                status: .forbidden, code: "closed",
                detail: "\(request.path) is not served: start with --api-tokens or DEBIAS_API_TOKENS to open it.")
        }
        let given = Array((request.headers["Authorization"] ?? "").utf8)
        var isKnown = false
        for token in administration.tokens where constantTimeEquals(given, Array("Bearer \(token)".utf8)) {
            isKnown = true
        }
        guard isKnown else {
            throw Problem(
                status: .unauthorized, code: "unauthorized",
                detail: "Send one of the configured tokens as Authorization: Bearer TOKEN.",
                headers: ["WWW-Authenticate": "Bearer"])
        }
    }
}
