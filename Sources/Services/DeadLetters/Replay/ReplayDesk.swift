package import Events
package import JSON
import Synchronization

/// The replays that this process was asked for over HTTP: one runs at a time, and whoever asks learns how far it is, also
/// after its end. Of those that have ended the last twenty are known. Safe to use from any thread.
package final class ReplayDesk: Sendable {
    /// How far a replay is.
    package struct Progress: Sendable {
        package enum State: String, Sendable {
            case running
            /// All letters were sent, or stay for a reason of their own.
            case done
            /// It was stopped, or stopped by itself because a canary failed.
            case stopped
            case failed
        }

        package let id: String
        /// What was asked for, in words of the client.
        package let request: String
        /// The letters that matched before it began.
        package let total: Int
        package let startedAt: Timestamp
        package internal(set) var endedAt: Timestamp?
        package internal(set) var state = State.running
        package internal(set) var summary = Replay.Summary()
        package internal(set) var error: String?

        package init(id: String, request: String, total: Int, startedAt: Timestamp) {
            self.id = id
            self.request = request
            self.total = total
            self.startedAt = startedAt
        }
    }

    private struct Entry {
        var progress: Progress
        var task: Task<Void, Never>?
    }

    private static let kept = 20

    private let entries = Mutex<[Entry]>([])
    private let now: @Sendable () -> Timestamp

    package init(now: @escaping @Sendable () -> Timestamp) {
        self.now = now
    }

    /// Newest first.
    package var all: [Progress] { entries.withLock { $0.map(\.progress) } }

    /// Nil for a replay that was never asked for here, or long ago.
    package func progress(of id: String) -> Progress? { all.first { $0.id == id } }

    /// Begins a replay.
    ///
    /// - Returns: The replay that runs already, in which case this one does not begin; else nil.
    package func start(_ replay: Replay, _ progress: Progress) -> Progress? {
        entries.withLock { entries in
            if let running = entries.first(where: { $0.progress.state == .running }) { return running.progress }
            // A task of its own: the request that asked for it is long over at its end.
            let task = Task { await self.run(replay, progress.id) }
            entries.insert(Entry(progress: progress, task: task), at: 0)
            if entries.count > Self.kept { entries.removeLast() }
            return nil
        }
    }

    /// Has a replay stop after the letters that it is sending.
    ///
    /// - Returns: Its progress; nil if it is not known.
    package func stop(_ id: String) -> Progress? {
        entries.withLock { entries in
            guard let entry = entries.first(where: { $0.progress.id == id }) else { return nil }
            entry.task?.cancel()
            return entry.progress
        }
    }

    /// Waits until the task is cancelled, then stops what runs and waits for its end.
    package func run() async {
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(86_400)) }
        for task in entries.withLock({ $0.compactMap(\.task) }) {
            task.cancel()
            await task.value
        }
    }

    private func run(_ replay: Replay, _ id: String) async {
        do {
            let summary = try await replay.run { summary in self.update(id) { $0.summary = summary } }
            update(id) { progress in
                progress.summary = summary
                progress.state = summary.stopped == nil ? .done : .stopped
            }
        } catch {
            let isStopped = Task.isCancelled
            update(id) { progress in
                progress.state = isStopped ? .stopped : .failed
                progress.error = isStopped ? "it was stopped" : "\(error)"
            }
        }
        update(id) { $0.endedAt = now() }
    }

    private func update(_ id: String, _ change: (inout Progress) -> Void) {
        entries.withLock { entries in
            guard let place = entries.firstIndex(where: { $0.progress.id == id }) else { return }
            change(&entries[place].progress)
        }
    }
}

extension JSONWriter {
    /// Writes how far a replay is.
    package mutating func value(_ progress: ReplayDesk.Progress) {
        object { json in
            json.member("replay", progress.id)
            json.member("request", progress.request)
            json.member("state", progress.state.rawValue)
            json.member("total", progress.total)
            json.member("matched", progress.summary.matched)
            json.member("sent", progress.summary.sent)
            json.member("kept", progress.summary.kept)
            json.member("verified", progress.summary.verified)
            if let step = progress.summary.step { json.member("step", step) }
            json.member("started_at", progress.startedAt)
            if let moment = progress.endedAt { json.member("ended_at", moment) }
            if let stopped = progress.summary.stopped { json.member("stopped", stopped) }
            if let error = progress.error { json.member("error", error) }
        }
    }
}
