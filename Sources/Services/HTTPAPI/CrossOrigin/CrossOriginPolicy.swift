import HTTPMessages

/// Which pages may post events from a browser, and what browsers are told about it (the CORS protocol of the Fetch
/// standard).
///
/// Credentials are never allowed, as the API knows no cookies. A configured token does not belong in a page; the web token
/// of the user who looks at it does.
struct CrossOriginPolicy: Sendable {
    private let allowed: [AllowedOrigin]
    private let isAny: Bool

    /// What pages may send: the fields that the API reads of a posted event.
    private let requestFields: String
    /// For how many seconds a browser need not ask again: two hours, as long as any of them remembers.
    private static let preflightSeconds = "7200"

    /// An empty list allows no page anything.
    ///
    /// - Parameter takesTokens: Whether pages may send web tokens.
    init(_ allowed: [AllowedOrigin], takesTokens: Bool = false) {
        self.allowed = allowed
        requestFields =
            "Content-Type, Content-Encoding, Idempotency-Key, traceparent" + (takesTokens ? ", Authorization" : "")
        isAny = allowed.contains(.any)
    }

    /// Whether no page is allowed anything.
    var isOff: Bool { allowed.isEmpty }

    /// Whether a page of an allowed origin sent a request of these headers. A page cannot choose what its browser says
    /// here; any other client can.
    func admits(_ request: HTTPHeaders) -> Bool {
        isAny ? request.contains("Origin") : origin(of: request) != nil
    }

    /// Adds to an answer, of whatever status, what a browser has to see before a page of an allowed origin may read it.
    func share(_ answer: inout HTTPHeaders, to request: HTTPHeaders) {
        guard !isOff else { return }
        share(&answer, with: isAny ? .any : origin(of: request))
    }

    /// Adds the same to an answer whose request is not known, as far as there is only one possible value.
    func share(refusal answer: inout HTTPHeaders) {
        guard !isOff else { return }
        share(&answer, with: isAny ? .any : allowed.count == 1 ? allowed.first : nil)
    }

    /// Adds to the answer to `OPTIONS` what a browser asks for before it sends a page's request, if it does ask.
    ///
    /// - Parameter methods: The methods that pages may use, as `Access-Control-Allow-Methods` names them.
    func share(preflight answer: inout HTTPHeaders, methods: String, to request: HTTPHeaders) {
        guard !isOff, request.contains("Origin"), request.contains("Access-Control-Request-Method") else { return }
        guard grant(isAny ? .any : origin(of: request), &answer) else { return }
        answer.append("Access-Control-Allow-Methods", methods)
        answer.append("Access-Control-Allow-Headers", requestFields)
        answer.append("Access-Control-Max-Age", Self.preflightSeconds)
    }

    /// The allowed origin that a request names. Browsers write an origin in one way only, so bytes are compared.
    private func origin(of request: HTTPHeaders) -> AllowedOrigin? {
        allowed.first { request.contains("Origin", $0.description) }
    }

    private func share(_ answer: inout HTTPHeaders, with origin: AllowedOrigin?) {
        guard grant(origin, &answer) else { return }
        answer.append("Access-Control-Expose-Headers", "Retry-After")
    }

    /// - Returns: Whether anything was granted.
    private func grant(_ origin: AllowedOrigin?, _ answer: inout HTTPHeaders) -> Bool {
        // Also where nothing is granted: a cache must not give this answer to a page of another origin.
        if !isAny { answer.append("Vary", "Origin") }
        guard let origin else { return false }
        answer.append("Access-Control-Allow-Origin", origin.description)
        return true
    }
}
