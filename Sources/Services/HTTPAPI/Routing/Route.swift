import HTTPMessages
import HTTPServer

/// One thing that the API does: a method at a path, who may ask for it, and what answers.
struct Route: Sendable {
    enum Access: Sendable, Hashable {
        case anyone
        /// Who sends one of the configured tokens; nobody while there are none.
        case tokenHolder
    }

    /// A method of the API.
    typealias Handler =
        @Sendable (HTTPAPI) -> (HTTPRequest, PathParameters) async throws(Problem) -> HTTPResponse

    let method: HTTPMethod
    let pattern: PathPattern
    let access: Access
    let handler: Handler
    /// What it does, in a line for readers of the API's description.
    let summary: String

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
