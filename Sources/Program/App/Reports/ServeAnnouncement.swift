package import Intake
import JSON

/// Announces that the API takes connections, and at which URL.
package struct ServeAnnouncement: Report, Sendable {
    private let url: String
    private let plan: WorkerPlan
    private let dataDirectory: String
    private let broker: String
    private let graph: String
    private let vectors: String
    private let mode: IntakeMode

    /// - Parameters:
    ///   - broker: What is used as the broker, as a noun phrase without a password.
    ///   - graph: What is used as the graph, in the same way.
    ///   - vectors: What is used for the vectors, in the same way.
    package init(
        url: String, plan: WorkerPlan, dataDirectory: String, broker: String, graph: String, vectors: String,
        mode: IntakeMode = .queue
    ) {
        self.mode = mode
        self.broker = broker
        self.graph = graph
        self.vectors = vectors
        self.url = url
        self.plan = plan
        self.dataDirectory = dataDirectory
    }

    /// One JSON object: `url`, `workers`, `data_dir`, `broker`, `graph`, `vectors` and `mode`.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("url", url)
            json.member("workers", plan.description)
            json.member("data_dir", dataDirectory)
            json.member("broker", broker)
            json.member("graph", graph)
            json.member("vectors", vectors)
            json.member("mode", mode.rawValue)
        }
        return json.bytes
    }

    /// The URL, the broker, graph and vectors, and a command to try.
    package var text: String {
        let workers = plan.description
        let using =
            mode == .direct
            ? "\(graph) and \(vectors), directly: no broker and no workers before PUT /mode\n"
            : "\(broker), \(graph) and \(vectors)\(mode == .parallel ? ", events both ways" : "")\n"
        return "debias-events serves on \(url) (data in \(dataDirectory); workers "
            + "\(workers.isEmpty || mode == .direct ? "none" : workers))\nusing \(using)"
            + "try:  curl \(url)/health        stop: Ctrl-C\n"
    }
}
