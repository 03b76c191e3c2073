import JSON

/// Announces that the API takes connections, and at which URL.
package struct ServeAnnouncement: Report, Sendable {
    private let url: String
    private let plan: WorkerPlan
    private let dataDirectory: String

    package init(url: String, plan: WorkerPlan, dataDirectory: String) {
        self.url = url
        self.plan = plan
        self.dataDirectory = dataDirectory
    }

    /// One JSON object: `url`, `workers` and `data_dir`.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("url", url)
            json.member("workers", plan.description)
            json.member("data_dir", dataDirectory)
        }
        return json.bytes
    }

    /// The URL, and a command to try.
    package var text: String {
        let workers = plan.description
        return "debias-events serves on \(url) (data in \(dataDirectory); workers "
            + "\(workers.isEmpty ? "none" : workers))\n"
            + "try:  curl \(url)/health        stop: Ctrl-C\n"
    }
}
