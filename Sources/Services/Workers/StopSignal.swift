import EventLoops

/// Asks a worker to finish the events that it holds and end. Safe to use from any thread, and for any number of
/// waiters.
final class StopSignal: Sendable {
    private let latch = Latch<Void>()

    var isRaised: Bool { latch.value != nil }

    func raise() {
        latch.set(())
    }

    /// Returns after `duration`, or earlier when the signal is raised or the task cancelled.
    func wait(upTo duration: Duration) async {
        await withTaskGroup { group in
            group.addTask { try? await Task.sleep(for: duration) }
            group.addTask { await self.wait() }
            await group.next()
            group.cancelAll()
        }
    }

    /// Returns when the signal is raised or the task cancelled.
    func wait() async {
        _ = await latch.wait()
    }
}
