/// A path whose segments may be parameters, such as `/users/{id}/history`.
struct PathPattern: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    enum Segment: Sendable, Hashable {
        case literal(Substring)
        /// Stands for any one segment; has this name.
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

    /// What stands between the slashes of a path; an empty segment counts, but for the one before the first slash.
    static func segments(of path: String) -> [Substring] {
        path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    }

    /// Whether this pattern is to be looked at before `other`: `/dlq/groups` before `/dlq/{id}`, which takes the same
    /// path.
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

/// What stands in a path in the places of its pattern's parameters.
struct PathParameters: Sendable {
    private var values: [(name: Substring, value: Substring)] = []

    fileprivate mutating func append(_ name: Substring, _ value: Substring) {
        values.append((name, value))
    }

    /// The value of a parameter that the route's pattern has.
    subscript(name: String) -> Substring {
        guard let found = values.first(where: { $0.name == name }) else {
            preconditionFailure("The route's pattern has no {\(name)}")
        }
        return found.value
    }
}
