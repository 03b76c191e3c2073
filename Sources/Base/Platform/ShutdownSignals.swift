import Dispatch
import Glibc
import Synchronization

/// SIGINT and SIGTERM, turned into a value to wait for. The first one asks the program to stop cleanly; a second one
/// ends it at once. Safe to use from any task or thread.
///
/// There should be one of it in a program, made first thing.
package final class ShutdownSignals: Sendable {
    /// A request to stop.
    package enum Signal: Int32, Sendable {
        /// From the keyboard (Ctrl-C).
        case interrupt = 2
        /// From the system or a supervisor.
        case terminate = 15
    }

    private struct State {
        var received: Signal?
        var waiting: [Int: CheckedContinuation<Signal?, Never>] = [:]
        var nextID = 0
        var sources: [any DispatchSourceSignal] = []
    }

    private let state = Mutex(State())

    /// Takes both signals over from now on, and ignores SIGPIPE.
    package init() {
        Self.ignoreBrokenPipes()
        let queue = DispatchQueue(label: "platform.signals", qos: .userInteractive)
        for signal in [Signal.interrupt, .terminate] {
            // The default action would end the process before Dispatch hears of it.
            Self.ignore(signal.rawValue)
            state.withLock { state in
                let source = DispatchSource.makeSignalSource(signal: signal.rawValue, queue: queue)
                // The handler's reference to its source ends with `cancel`.
                source.setEventHandler { [weak self, source] in self?.received(signal, times: source.data) }
                source.activate()
                state.sources.append(source)
            }
        }
    }

    deinit {
        state.withLock { state in
            for source in state.sources { source.cancel() }
        }
    }

    /// Makes writes to a pipe or socket whose reader has gone fail with EPIPE rather than end the process.
    package static func ignoreBrokenPipes() {
        ignore(SIGPIPE)
    }

    /// Waits for the first signal; one that has come already is given at once.
    /// - Returns: the signal; nil when the task is cancelled.
    package func first() async -> Signal? {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Signal?? = state.withLock { state in
                    if let received = state.received { return .some(received) }
                    // Asked within the lock: a cancellation before it finds nothing to resume.
                    if Task.isCancelled { return .some(nil) }
                    state.waiting[id] = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: id) }?.resume(returning: nil)
        }
    }

    private func received(_ signal: Signal, times: UInt) {
        let (isFirst, waiting) = state.withLock { state in
            let isFirst = state.received == nil && times == 1
            state.received = state.received ?? signal
            defer { state.waiting = [:] }
            return (isFirst, state.waiting)
        }
        // The status that a shell reports for a program ended by the signal.
        guard isFirst else { _exit(128 + signal.rawValue) }
        for continuation in waiting.values { continuation.resume(returning: signal) }
    }

    private static func ignore(_ signal: Int32) {
        _ = Glibc.signal(signal, SIG_IGN)
    }
}
