import HTTPMessages

/// All routes, by path. The methods of a path follow from its routes alone.
struct RouteTable: Sendable {
    /// The routes that share one pattern.
    struct Path: Sendable {
        let pattern: PathPattern
        let routes: [Route]
        /// The methods that the path takes, as `Allow` names them: HEAD wherever there is GET. Every path takes
        /// OPTIONS, which `Allow` does not name.
        let allow: String
        /// The methods that pages of allowed origins may use, in the same form; nil without any.
        let allowToPages: String?

        init(_ pattern: PathPattern, _ routes: [Route]) {
            self.pattern = pattern
            self.routes = routes
            allow = routes.map { $0.method == .get ? "GET, HEAD" : $0.method.rawValue }.joined(separator: ", ")
            let shared = routes.filter { $0.access == .anyoneAndPages }.map(\.method.rawValue)
            allowToPages = shared.isEmpty ? nil : shared.joined(separator: ", ")
        }

        /// The route for a method; HEAD is answered as GET is, and the server leaves out the body.
        func route(for method: HTTPMethod) -> Route? {
            let wanted = method == .head ? .get : method
            return routes.first { $0.method == wanted }
        }
    }

    /// The paths in the order in which they are tried.
    let paths: [Path]
    /// The routes in the order in which they were given, which is the one for readers.
    let routes: [Route]

    init(_ routes: [Route]) {
        self.routes = routes
        var patterns: [PathPattern] = []
        for route in routes where !patterns.contains(route.pattern) { patterns.append(route.pattern) }
        paths =
            patterns
            .map { pattern in Path(pattern, routes.filter { $0.pattern == pattern }) }
            .sorted { $0.pattern.precedes($1.pattern) }
    }

    /// The routes at `path`, and the values of its parameters; nil if no pattern matches.
    func find(_ path: String) -> (path: Path, parameters: PathParameters)? {
        guard path.utf8.first == UInt8(ascii: "/") else { return nil }
        let segments = PathPattern.segments(of: path)
        for candidate in paths {
            if let parameters = candidate.pattern.parameters(in: segments) { return (candidate, parameters) }
        }
        return nil
    }
}
