import JSON

/// Announces that the API takes connections, and at which URL.
package struct ServeAnnouncement: Report, Sendable {
    private let url: String
    private let plan: WorkerPlan
    private let dataDirectory: String
    private let broker: String

    /// - Parameter broker: What is used as the broker, as a noun phrase without a password.
    package init(url: String, plan: WorkerPlan, dataDirectory: String, broker: String) {
        self.broker = broker
        self.url = url
        self.plan = plan
        self.dataDirectory = dataDirectory
    }

    /// One JSON object: `url`, `workers`, `data_dir` and `broker`.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("url", url)
            json.member("workers", plan.description)
            json.member("data_dir", dataDirectory)
            json.member("broker", broker)
        }
        return json.bytes
    }

    /// The URL, the broker, and a command to try.
    package var text: String {
        let workers = plan.description
        return "debias-events serves on \(url) (data in \(dataDirectory); workers "
            + "\(workers.isEmpty ? "none" : workers))\n"
            + "using \(broker)\n"
            + "try:  curl \(url)/health        stop: Ctrl-C\n"
    }
}
