import HTTPMessages
import HTTPServer

/// An endpoint of the API: a method at a path, who may call it, and its handler.
struct Route: Sendable {
    enum Access: Sendable, Hashable {
        case anyone
        /// The same, and pages in browsers too, as far as their origin is allowed.
        case anyoneAndPages
        /// Clients on this machine, those that send one of the configured tokens, and anyone where reads are opened.
        case reader
        /// Clients that send one of the configured tokens; nobody while none is configured.
        case tokenHolder
    }

    /// What tells routes apart.
    struct Name: Sendable, Hashable {
        let method: HTTPMethod
        let pattern: PathPattern
    }

    typealias Handler =
        @Sendable (HTTPAPI) -> (HTTPRequest, PathParameters) async throws(Problem) -> HTTPResponse

    let method: HTTPMethod
    let pattern: PathPattern
    let access: Access
    let handler: Handler
    /// A summary in one line, for the API's description.
    let summary: String

    var name: Name { Name(method: method, pattern: pattern) }

    init(
        _ method: HTTPMethod, _ pattern: PathPattern, for access: Access, _ handler: @escaping Handler,
        _ summary: String
    ) {
        self.method = method
        self.pattern = pattern
        self.access = access
        self.handler = handler
        self.summary = summary
    }
}
