import HTTPMessages
import HTTPServer
import Synchronization

extension HTTPAPI {
    /// What the API tells of by itself.
    package enum Notice: Sendable, Hashable {
        /// A request without a token that is configured was refused. The token is not told.
        ///
        /// `hasToken`: whether it had another one.
        case unauthorized(route: String, address: String, hasToken: Bool)
    }

    /// Refuses a request without permission for the route.
    func authorize(_ request: HTTPRequest, for route: Route) throws(Problem) {
        switch route.access {
        case .anyone, .anyoneAndPages: return
        case .reader where administration.opensReads || request.isFromThisMachine: return
        case .reader, .tokenHolder: break
        }
        guard !tokens.isEmpty else {
            let opening =
                route.access == .reader
                ? "served to this machine only: start with --api-tokens or --open-reads to open it."
                : "not served: start with --api-tokens or DEBIAS_API_TOKENS to open it."
            throw Problem(status: .forbidden, code: "closed", detail: "\(request.path) is \(opening)")
        }
        let verdict = tokens.verdict(on: request.headers["Authorization"])
        if verdict == .known { return }
        monitoring.unauthorized.count(verdict)
        report(
            .unauthorized(
                route: route.pattern.description, address: request.remoteAddress.host, hasToken: verdict == .unknown))
        throw Problem(
            status: .unauthorized, code: "unauthorized",
            detail: "Send one of the configured tokens as Authorization: Bearer TOKEN.",
            headers: ["WWW-Authenticate": "Bearer"])
    }
}

/// Requests that were refused for their token. Safe to use from any thread.
final class UnauthorizedCounts: Sendable {
    private let unknownTokens = Atomic(0)
    private let missingTokens = Atomic(0)

    var unknown: Int { unknownTokens.load(ordering: .relaxed) }
    var missing: Int { missingTokens.load(ordering: .relaxed) }

    func count(_ verdict: APITokens.Verdict) {
        switch verdict {
        case .known: break
        case .unknown: unknownTokens.wrappingAdd(1, ordering: .relaxed)
        case .missing: missingTokens.wrappingAdd(1, ordering: .relaxed)
        }
    }
}

extension HTTPRequest {
    private static let forwardingFields = ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"]

    /// Whether the request was made on this machine, to this machine. A proxy's requests are not, as far as it says that
    /// it is one. Nor are those of a page whose own name has come to mean this machine (DNS rebinding): such a page's
    /// browser names that host.
    var isFromThisMachine: Bool {
        guard remoteAddress.host.isLoopback, !Self.forwardingFields.contains(where: { headers.contains($0) }) else {
            return false
        }
        guard let host = headers["Host"] else { return true }
        let name =
            host.hasPrefix("[")
            ? host.dropFirst().prefix { $0 != "]" } : host.prefix { $0 != ":" }
        return name.lowercased() == "localhost" || String(name).isLoopback
    }
}

extension String {
    /// Whether this is a numeric loopback address.
    fileprivate var isLoopback: Bool {
        if self == "::1" { return true }
        let parts = split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
