import Workers

/// Decides what the supervisor is told: that the service is ready, once; that it is alive, at every beat on which no worker
/// hangs; what it does, whenever that has changed.
struct SupervisionState {
    /// What the service does while all is well, as one line.
    let activity: String
    private let isWatched: Bool
    private var isReady = false
    private var shown: String?

    init(activity: String, isWatched: Bool) {
        self.activity = activity
        self.isWatched = isWatched
    }

    /// The message for a beat; nil where there is nothing to tell. After a message that could not be sent, the state from
    /// before it asks again for the same.
    mutating func beat(_ workers: WorkersState) -> String? {
        var lines: [String] = []
        if !isReady { lines.append("READY=1") }
        // A worker that hangs gets no better by itself: without this line the supervisor starts the process again. One that
        // waits for its store or broker is well.
        if isWatched, workers.stalls.isEmpty { lines.append("WATCHDOG=1") }
        let status = status(workers)
        if status != shown { lines.append("STATUS=\(status)") }
        isReady = true
        shown = status
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    /// The message for the begin of the end.
    var stopping: String { "STOPPING=1\nSTATUS=stops: answers current requests, writes the events that workers hold" }

    private func status(_ workers: WorkersState) -> String {
        let troubles =
            workers.stalls.keys.sorted().map { "the worker of \($0) hangs" }
            + workers.pauses.sorted { $0.key < $1.key }.map { "\($0.key) waits: \($0.value)" }
            + workers.interruptions.keys.sorted().map { "\($0) gets nothing from the broker" }
        guard !troubles.isEmpty else { return activity }
        // A line feed would end the value.
        return (activity + "; " + troubles.joined(separator: "; ")).replacing("\n", with: " ")
    }
}
