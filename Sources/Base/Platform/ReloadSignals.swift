import Dispatch
import Glibc
import Synchronization

/// SIGHUP as a value to wait for: by convention it asks a server to read its certificate and key again.
///
/// Without such an object SIGHUP ends the process. Safe to use from any task or thread.
package final class ReloadSignals: Sendable {
    /// One element per signal; signals that come while the last one is handled count as one.
    package let stream: AsyncStream<Void>
    private let source = Mutex<(any DispatchSourceSignal)?>(nil)

    /// Handles the signal from now on.
    package init() {
        // The default action would end the process before Dispatch sees the signal.
        _ = Glibc.signal(SIGHUP, SIG_IGN)
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.stream = stream
        self.source.withLock { own in
            let source = DispatchSource.makeSignalSource(
                signal: SIGHUP, queue: DispatchQueue(label: "platform.reload", qos: .userInteractive))
            source.setEventHandler { continuation.yield() }
            source.activate()
            own = source
        }
    }

    deinit {
        source.withLock { $0?.cancel() }
    }
}
