import HTTPMessages
import HTTPServer
import HTTPWire

extension HTTPAPI {
    /// Refuses what a page of another origin has its browser send (cross-site request forgery). A browser tells where a
    /// request comes from, and pages cannot change that; other clients tell nothing, and need a token as ever.
    func checkOrigin(of request: HTTPRequest, for route: Route) throws(Problem) {
        guard route.access == .tokenHolder, route.method != .get else { return }
        let isOwn =
            if let site = request.headers["Sec-Fetch-Site"] {
                site == "same-origin" || site == "none"
            } else if let origin = request.headers["Origin"] {
                // Without the scheme, which a proxy that ends TLS has changed.
                origin.firstRange(of: "://").map { origin[$0.upperBound...] == request.headers["Host"] ?? "" } ?? false
            } else {
                true
            }
        guard isOwn else {
            throw Problem(
                status: .forbidden, code: "cross-site",
                detail: "A page of another origin sent this: actions are taken from the console's own pages, and from "
                    + "clients that are no browsers.")
        }
    }

    /// What an operator did.
    package struct Action: Sendable, Hashable {
        /// The name of the token, or the `sub` of a JSON Web Token.
        package var caller: String
        package var address: String
        package var method: String
        /// The path without the query.
        package var path: String
        /// The query's parameters, as they came; never a body.
        package var parameters: [String: String]
        /// The answer's status.
        package var status: Int
    }

    /// Tells of an action, whatever became of it. A look is none; an export is, since it takes the letters' bodies away.
    func reportAction(_ request: HTTPRequest, on route: Route, by caller: Caller?, status: HTTPStatus) {
        guard let caller, route.access == .tokenHolder, route.method != .get || route.pattern == "/dlq/export" else {
            return
        }
        let parameters = request.query.prefix(32).map { (String($0.name.prefix(64)), String($0.value.prefix(256))) }
        report(
            .action(
                Action(
                    caller: caller.name, address: request.remoteAddress.host, method: request.method.rawValue,
                    path: String(request.path.prefix(256)), parameters: Dictionary(parameters) { $1 },
                    status: status.code)))
    }
}
