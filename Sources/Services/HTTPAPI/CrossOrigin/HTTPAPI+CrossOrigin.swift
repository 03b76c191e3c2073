import HTTPMessages
import HTTPServer

extension HTTPAPI {
    /// Adds to the answer of a route that is open to pages what their browsers have to see.
    func share(_ response: inout HTTPResponse, to request: HTTPRequest) {
        guard request.isOfSingleEvent || isOpenToPages(request.method, request.path) else { return }
        origins.share(&response.headers, to: request.headers)
    }

    /// Whether a route is open to pages of allowed origins.
    func isOpenToPages(_ method: HTTPMethod, _ path: String) -> Bool {
        Self.routes.find(path)?.path.route(for: method)?.access == .anyoneAndPages
    }

    /// The answer to `OPTIONS`: the methods of the path, and for a browser those that pages may use.
    func options(of path: RouteTable.Path, _ request: HTTPRequest) -> HTTPResponse {
        var response = HTTPResponse(status: .noContent, headers: ["Allow": path.allow])
        if let methods = path.allowToPages {
            origins.share(preflight: &response.headers, methods: methods, to: request.headers)
        }
        return response
    }
}
