/// A path whose segments may be parameters, such as `/users/{id}/history`.
struct PathPattern: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    enum Segment: Sendable, Hashable {
        case literal(Substring)
        /// Matches any one segment, as the parameter with this name.
        case parameter(Substring)
    }

    let description: String
    let segments: [Segment]

    /// Reads a pattern: a segment in braces is a parameter.
    init(stringLiteral text: String) {
        description = text
        segments = Self.segments(of: text).map { segment in
            segment.first == "{" && segment.last == "}"
                ? .parameter(segment.dropFirst().dropLast()) : .literal(segment)
        }
    }

    /// The segments between the slashes of a path, including empty ones except that before the first slash.
    static func segments(of path: String) -> [Substring] {
        path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    }

    /// Whether this pattern is tried before `other`: `/dlq/groups` before `/dlq/{id}`, which matches the same path.
    func precedes(_ other: PathPattern) -> Bool {
        segments.map(\.isParameter).lexicographicallyPrecedes(other.segments.map(\.isParameter)) { !$0 && $1 }
    }

    /// The values of the parameters in a path of these segments; nil if the path does not match.
    func parameters(in path: [Substring]) -> PathParameters? {
        guard path.count == segments.count else { return nil }
        var parameters = PathParameters()
        for (segment, value) in zip(segments, path) {
            switch segment {
            case .literal(let text): if text != value { return nil }
            case .parameter(let name): parameters.append(name, value)
            }
        }
        return parameters
    }
}

extension PathPattern.Segment {
    fileprivate var isParameter: Bool {
        if case .parameter = self { true } else { false }
    }
}

/// The values of the parameters of a path, and who asks for it.
struct PathParameters: Sendable {
    /// Who sent the request, if a token tells.
    var caller: Caller?
    private var values: [(name: Substring, value: Substring)] = []

    fileprivate mutating func append(_ name: Substring, _ value: Substring) {
        values.append((name, value))
    }

    /// The value of a parameter, which the route's pattern must have.
    subscript(name: String) -> Substring {
        guard let found = values.first(where: { $0.name == name }) else {
            preconditionFailure("The route's pattern has no {\(name)}")
        }
        return found.value
    }
}
