import HTTPMessages
import HTTPServer

/// What the API answers to: one entry a path.
enum Endpoint: CaseIterable {
    case event, batch, health, ready, metrics, queues, history, profile, letters, letterGroups, replay, export, watch
    case purge, editReplay, letter

    /// Segments of the path; `{}` stands for one segment that is given to the handler.
    var pattern: [Substring] {
        switch self {
        case .event: ["events"]
        case .batch: ["events", "batch"]
        case .health: ["health"]
        case .ready: ["health", "ready"]
        case .metrics: ["metrics"]
        case .queues: ["rabbitmq", "health"]
        case .history: ["users", "{}", "history"]
        case .profile: ["users", "{}", "profile"]
        case .letters: ["dlq"]
        case .letterGroups: ["dlq", "groups"]
        case .replay: ["dlq", "replay"]
        case .export: ["dlq", "export"]
        case .watch: ["dlq", "watch"]
        case .purge: ["dlq", "purge"]
        case .editReplay: ["dlq", "{}", "edit-replay"]
        case .letter: ["dlq", "{}"]
        }
    }

    var methods: [HTTPMethod] {
        switch self {
        case .event, .batch, .replay, .purge, .editReplay: Self.posting
        case .health, .ready, .metrics, .queues, .history, .profile, .letters, .letterGroups, .export, .watch,
            .letter:
            Self.reading
        }
    }

    private static let posting: [HTTPMethod] = [.post]
    private static let reading: [HTTPMethod] = [.get, .head]

    /// The endpoint at `path`, and what stands in the place of `{}`.
    static func at(_ path: String) -> (endpoint: Endpoint, parameter: Substring)? {
        // By far the most requests; splitting a path costs several allocations.
        if path == "/events" { return (.event, "") }
        guard path.utf8.first == UInt8(ascii: "/") else { return nil }
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for endpoint in allCases where endpoint.pattern.count == segments.count {
            var parameter: Substring = ""
            let matches = zip(endpoint.pattern, segments).allSatisfy { pattern, segment in
                guard pattern == "{}" else { return pattern == segment }
                parameter = segment
                return true
            }
            if matches { return (endpoint, parameter) }
        }
        return nil
    }
}
