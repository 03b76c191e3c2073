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
        /// An operator did something, or tried to.
        case action(Action)
    }

    /// The parameters of a single event's request, which takes the short way past the table of routes.
    @inline(never)
    func admitEvent(_ request: HTTPRequest) throws(Problem) -> PathParameters {
        let credentials = access.current
        let verdict = try access.identify(request, by: credentials)
        var parameters = PathParameters()
        parameters.caller = verdict.caller
        try authorize(request, for: .anyoneAndPages, "/events", parameters, verdict, credentials)
        return parameters
    }

    /// Answers a request if it may be made, and tells of it if it is an operator's action.
    nonisolated(nonsending) func perform(
        _ request: HTTPRequest, on route: Route, _ path: PathParameters, _ verdict: Credentials.Verdict,
        _ credentials: Credentials
    ) async throws(Problem) -> HTTPResponse {
        do throws(Problem) {
            try checkOrigin(of: request, for: route)
            try authorize(request, for: route.access, route.pattern, path, verdict, credentials)
            try request.checkParameters(of: route)
            var path = path
            path.caller = verdict.caller
            var response = try await route.handler(self)(request, path)
            reportAction(request, on: route, by: verdict.caller, status: response.status)
            response.secureIfPage()
            return response
        } catch {
            reportAction(request, on: route, by: verdict.caller, status: error.status)
            throw error
        }
    }

    /// Refuses a request without permission for the route.
    ///
    /// - Parameter isAttempt: Whether the request is for this route; otherwise nothing is reported and counted.
    func authorize(
        _ request: HTTPRequest, for access: Route.Access, _ pattern: PathPattern, _ path: PathParameters,
        _ verdict: Credentials.Verdict, _ credentials: Credentials, isAttempt: Bool = true
    ) throws(Problem) {
        guard let scope = access.scope, !isOpen(scope, to: request, credentials) else { return }
        guard !credentials.isEmpty else {
            let opening =
                scope == .read
                ? "served to this machine only, as far as the server listens on its loopback address alone: start with "
                    + "--api-tokens or --open-reads to open it."
                : "not served: start with --api-tokens or DEBIAS_API_TOKENS to open it."
            throw Problem(status: .forbidden, code: "closed", detail: "\(request.path) is \(opening)")
        }
        guard let caller = verdict.caller else { throw unauthorized(request, pattern, verdict, isAttempt) }
        if caller.scopes.contains(scope) { return }
        if let user = caller.user {
            if scope == .ingest { return }
            if access == .readerOrUser, Int64(path["id"]) == user { return }
        }
        throw Problem(
            status: .forbidden, code: "insufficient-scope",
            detail: "The token does not allow this: it takes the scope \(scope.rawValue)\(access.orUser).",
            headers: ["WWW-Authenticate": "Bearer error=\"insufficient_scope\", scope=\"\(scope.rawValue)\""])
    }

    /// Whether a request needs no token for what the scope allows.
    private func isOpen(_ scope: APIScope, to request: HTTPRequest, _ credentials: Credentials) -> Bool {
        switch scope {
        case .ingest: !credentials.close(.ingest)
        case .read:
            administration.opensReads
                || administration.isLoopbackOnly && !credentials.close(.read) && request.isFromThisMachine
        case .operate: false
        }
    }

    private func unauthorized(
        _ request: HTTPRequest, _ pattern: PathPattern, _ verdict: Credentials.Verdict, _ isAttempt: Bool
    ) -> Problem {
        var detail = "Send one of the configured tokens as Authorization: Bearer TOKEN."
        var challenge = "Bearer"
        var hasToken = false
        if case .unknown(let reason) = verdict {
            hasToken = true
            if let reason {
                detail = "The web token is refused: \(reason)."
                challenge += " error=\"invalid_token\""
            }
        }
        if isAttempt {
            monitoring.unauthorized.count(hasToken: hasToken)
            report(
                .unauthorized(
                    route: pattern.description, address: request.remoteAddress.host, hasToken: hasToken))
        }
        return Problem(
            status: .unauthorized, code: "unauthorized", detail: detail, headers: ["WWW-Authenticate": challenge])
    }
}

extension Route.Access {
    /// What a token has to allow; nil where none is asked for.
    var scope: APIScope? {
        switch self {
        case .anyone: nil
        case .anyoneAndPages: .ingest
        case .reader, .readerOrUser: .read
        case .tokenHolder: .operate
        }
    }

    /// How the refusal and the document go on behind the scope.
    var orUser: String {
        switch self {
        case .anyoneAndPages: ", or a user's own token"
        case .readerOrUser: ", or the own token of the user whom the path names"
        case .anyone, .reader, .tokenHolder: ""
        }
    }
}

/// Requests that were refused for their token. Safe to use from any thread.
final class UnauthorizedCounts: Sendable {
    private let unknownTokens = Atomic(0)
    private let missingTokens = Atomic(0)

    var unknown: Int { unknownTokens.load(ordering: .relaxed) }
    var missing: Int { missingTokens.load(ordering: .relaxed) }

    func count(hasToken: Bool) {
        if hasToken {
            unknownTokens.wrappingAdd(1, ordering: .relaxed)
        } else {
            missingTokens.wrappingAdd(1, ordering: .relaxed)
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

extension HTTPAPI.Administration {
    /// Whether a server that listens on this address is reached by its own machine only.
    package static func isLoopback(_ host: String) -> Bool { host == "localhost" || host.isLoopback }
}
