import Observability
import Platform

extension ShutdownSignals {
    /// Waits for the first signal and logs its name.
    func stop(_ log: Log) -> @Sendable () async -> Void {
        {
            if let signal = await self.first() { log(.info, "stopping", ["signal": "\(signal)"]) }
        }
    }

    /// Waits for the first signal.
    var stop: @Sendable () async -> Void {
        { _ = await self.first() }
    }
}
