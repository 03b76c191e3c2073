import Events
import HTTPMessages
import HTTPServer
import Synchronization

/// Who may do what, for all requests of a server. Safe to use from any thread.
package final class AccessControl: Sendable {
    private let credentials: Mutex<Credentials>
    private let limiter: RateLimiter?
    private let now: @Sendable () -> Timestamp
    /// So that a posted event costs one look at a flag where anyone may post.
    private let passesEvents: Atomic<Bool>

    init(_ credentials: Credentials, limit: RateLimit?, now: @escaping @Sendable () -> Timestamp) {
        self.credentials = Mutex(credentials)
        limiter = limit.map { RateLimiter($0) }
        self.now = now
        passesEvents = Atomic(limit == nil && !credentials.close(.ingest))
    }

    /// Takes other tokens and rules in place of those so far, for requests that come from now on.
    package func replace(_ credentials: Credentials) {
        self.credentials.withLock { $0 = credentials }
        passesEvents.store(limiter == nil && !credentials.close(.ingest), ordering: .relaxed)
    }

    /// Whether single events need no look at who posts them.
    var isOffForEvents: Bool { passesEvents.load(ordering: .relaxed) }

    /// The tokens and rules of this moment.
    var current: Credentials { credentials.withLock { $0 } }

    /// Finds out who sent a request, and counts it where requests are limited: by the token, or else the address.
    func identify(_ request: HTTPRequest, by credentials: Credentials) throws(Problem) -> Credentials.Verdict {
        let verdict = credentials.verdict(on: request.headers["Authorization"], at: now())
        guard let limiter else { return verdict }
        let client = verdict.caller.map { "token \($0.name)" } ?? request.remoteAddress.host.network
        if let delay = limiter.take(client) { throw .tooManyRequests(retryAfter: delay) }
        return verdict
    }
}

extension Problem {
    fileprivate static func tooManyRequests(retryAfter: Int) -> Problem {
        Problem(
            status: .tooManyRequests, code: "too-many-requests",
            detail: "The token or address has made as many requests as it may (serve --rate-limit): "
                + "send the same request again after \(retryAfter) s.",
            headers: ["Retry-After": "\(retryAfter)"])
    }
}

extension String {
    /// An address as clients are counted: of IPv6 the first 64 bits, since a client may take any address of its network.
    fileprivate var network: String {
        guard contains(":"), !hasPrefix("::ffff:") else { return self }
        let sides = split(separator: "::", omittingEmptySubsequences: false).map { $0.split(separator: ":") }
        var groups = sides.first ?? []
        if sides.count == 2 {
            groups += Array(repeating: "0", count: max(0, 8 - groups.count - sides[1].count)) + sides[1]
        }
        return groups.prefix(4).joined(separator: ":") + "::"
    }
}
