import Dispatch
import EventLoops
import Glibc
import Synchronization

/// SIGINT and SIGTERM as a value to wait for. The first signal asks the program to stop cleanly; a second signal ends the
/// program at once. Safe to use from any task or thread.
///
/// A program makes one object of this type, before everything else.
package final class ShutdownSignals: Sendable {
    /// A request to stop.
    package enum Signal: Int32, Sendable {
        /// From the keyboard (Ctrl-C).
        case interrupt = 2
        /// From the system or a supervisor.
        case terminate = 15
    }

    private let received = Latch<Signal>()
    private let sources = Mutex<[any DispatchSourceSignal]>([])

    /// Handles both signals from now on, and ignores SIGPIPE.
    package init() {
        Self.ignoreBrokenPipes()
        let queue = DispatchQueue(label: "platform.signals", qos: .userInteractive)
        for signal in [Signal.interrupt, .terminate] {
            // The default action would end the process before Dispatch sees the signal.
            Self.ignore(signal.rawValue)
            sources.withLock { sources in
                let source = DispatchSource.makeSignalSource(signal: signal.rawValue, queue: queue)
                // The handler's reference to its source ends with `cancel`.
                source.setEventHandler { [weak self, source] in self?.arrived(signal, times: source.data) }
                source.activate()
                sources.append(source)
            }
        }
    }

    deinit {
        sources.withLock { sources in
            for source in sources { source.cancel() }
        }
    }

    /// Makes writes to a pipe or socket whose reader has gone fail with EPIPE rather than end the process.
    package static func ignoreBrokenPipes() {
        ignore(SIGPIPE)
    }

    /// Waits for the first signal. A signal that has come already is returned at once.
    /// - Returns: The signal; nil when the task is cancelled.
    package func first() async -> Signal? {
        await received.wait()
    }

    private func arrived(_ signal: Signal, times: UInt) {
        let isFirst = received.set(signal) && times == 1
        // The status that a shell reports for a program ended by the signal.
        guard isFirst else { _exit(128 + signal.rawValue) }
    }

    private static func ignore(_ signal: Int32) {
        _ = Glibc.signal(signal, SIG_IGN)
    }
}
