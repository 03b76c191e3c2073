import HTTPMessages
import HTTPServer

/// An endpoint of the API: a method at a path, who may call it, and its handler.
struct Route: Sendable {
    enum Access: Sendable, Hashable {
        case anyone
        /// Anyone unless a token names the scope `ingest` or web tokens are taken; and pages in browsers too, as far as
        /// their origin is allowed.
        case anyoneAndPages
        /// Clients on this machine as long as the server listens there only, those whose token has the scope `read`, and
        /// anyone where reads are opened.
        case reader
        /// The same, and the user that the path names as `{id}`, by a web token.
        case readerOrUser
        /// Clients whose token has the scope `operate`; nobody while none is configured.
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
    /// What the document says beside the summary.
    let description: RouteDescription

    var name: Name { Name(method: method, pattern: pattern) }

    init(
        _ method: HTTPMethod, _ pattern: PathPattern, for access: Access, _ handler: @escaping Handler,
        _ summary: String, _ description: RouteDescription = .missing
    ) {
        self.method = method
        self.pattern = pattern
        self.access = access
        self.handler = handler
        self.summary = summary
        self.description = description
    }
}
