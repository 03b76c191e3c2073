import Events
import HTTPMessages

/// What the API's document says of a route beside its summary and who may call it. Schemas and examples are JSON as text.
struct RouteDescription: Sendable {
    /// A parameter of the path, the query or the header.
    struct Parameter: Sendable {
        enum Place: String, Sendable {
            case path, query, header
        }

        let name: String
        let place: Place
        let schema: String
        let text: String

        static func path(_ name: String, _ schema: String, _ text: String) -> Parameter {
            Parameter(name: name, place: .path, schema: schema, text: text)
        }

        static func query(_ name: String, _ schema: String, _ text: String) -> Parameter {
            Parameter(name: name, place: .query, schema: schema, text: text)
        }

        static func header(_ name: String, _ schema: String, _ text: String) -> Parameter {
            Parameter(name: name, place: .header, schema: schema, text: text)
        }
    }

    /// One form of the request's body.
    struct Body: Sendable {
        var type = "application/json"
        let schema: String
        let example: String
        let text: String
    }

    /// An answer that is no problem.
    struct Answer: Sendable {
        var status = HTTPStatus.ok
        var type = "application/json"
        let schema: String
        let example: String
        let text: String
    }

    var parameters: [Parameter] = []
    var bodies: [Body] = []
    var answers: [Answer]
    /// Problems of this route beside those that all routes have.
    var problems: [Problem] = []

    /// Nothing is said. A test fails for such a route.
    static let missing = RouteDescription(answers: [])
}

extension Route {
    /// All problems that the route may answer with.
    var problems: [Problem] {
        var all = Problem.ofEveryRoute
        switch access {
        case .anyone: break
        case .anyoneAndPages: all += [.documentedUnauthorized, .documentedScope(.ingest)]
        case .reader, .readerOrUser: all += [.documentedUnauthorized, .documentedClosed, .documentedScope(.read)]
        case .tokenHolder:
            all += [.documentedUnauthorized, .documentedClosed, .documentedScope(.operate)]
            if method != .get { all.append(.documentedCrossSite) }
        }
        if !description.bodies.isEmpty { all += Problem.ofBodies }
        if !description.parameters.isEmpty || !description.bodies.isEmpty { all.append(.documentedInvalid) }
        return all + description.problems
    }
}

extension Problem {
    /// What the server answers before it knows the route, and what a bound of it makes of any request.
    static let ofEveryRoute = [
        Problem.malformed("The Host field is missing."),
        Problem(
            status: .requestTimeout, code: "request-timeout",
            detail: "The head of the request did not come within 15 s."),
        Problem(status: 414, code: "target-too-long", detail: "The request target is longer than 8192 bytes."),
        Problem(
            status: 417, code: "expectation-failed", detail: "The server knows the expectation 100-continue only."),
        Problem(
            status: .tooManyRequests, code: "too-many-requests",
            detail: "The token or address has made as many requests as it may (serve --rate-limit): "
                + "send the same request again after 1 s.", headers: ["Retry-After": "1"]),
        Problem(
            status: .requestHeaderFieldsTooLarge, code: "head-too-large", detail: "The head has more than 16384 bytes."),
        Problem.unavailable("The server could not answer in time."),
        Problem(
            status: 505, code: "unsupported-version", detail: "The server speaks HTTP/1.0 and HTTP/1.1."),
    ]

    /// What a body brings with it.
    static let ofBodies = [
        Problem.malformed("expected a JSON object at byte 0"),
        Problem.contentTooLarge("The body is larger than 16777216 bytes."),
        Problem.unsupportedMediaType("The body is declared as \"text/csv\". Send Content-Type: application/json."),
    ]

    /// What a path outside the table gets, and a method that its path does not take.
    static let ofOtherPaths = [
        Problem.notFound("/event"), Problem.methodNotAllowed(.get, "/events", allow: "POST"),
    ]

    static let documentedInvalid = Problem.invalid([
        .query("limit", "limit is a number from 1 to 1000", type: .intType)
    ])
    static let documentedUnauthorized = Problem(
        status: .unauthorized, code: "unauthorized",
        detail: "Send one of the configured tokens as Authorization: Bearer TOKEN.",
        headers: ["WWW-Authenticate": "Bearer"])
    static let documentedClosed = Problem(
        status: .forbidden, code: "closed",
        detail: "/dlq is not served: start with --api-tokens or DEBIAS_API_TOKENS to open it.")
    static let documentedCrossSite = Problem(
        status: .forbidden, code: "cross-site",
        detail:
            "A page of another origin sent this: actions are taken from the console's own pages, and from clients that "
            + "are no browsers.")

    static func documentedScope(_ scope: APIScope) -> Problem {
        Problem(
            status: .forbidden, code: "insufficient-scope",
            detail: "The token does not allow this: it takes the scope \(scope.rawValue).",
            headers: ["WWW-Authenticate": "Bearer error=\"insufficient_scope\", scope=\"\(scope.rawValue)\""])
    }
}
