/// How far a stop has come.
struct Stopping {
    /// When handlers are cancelled and connections cut.
    var deadline: UInt64
    var hasCut = false
    var isClosing = false
    var finish: [() -> Void]
}

extension Engine {
    /// Begins to stop, or joins the stop under way; `finish` is called once all connections are closed.
    func stop(drain: Duration, then finish: @escaping () -> Void) {
        if let stopping {
            // All may be closed although the first stop has not returned yet.
            if stopping.isClosing { finish() } else { self.stopping?.finish.append(finish) }
            return
        }
        readClock()
        let deadline = now + drain.nanoseconds
        stopping = Stopping(deadline: deadline, finish: [finish])
        listener?.cancel()
        listener = nil
        drainAll()
        arm(deadline)
        scheduleTurn()
    }

    /// Cuts connections at the deadline. Returns when this has to be called again.
    func sweepStopping() -> UInt64 {
        guard let stopping, !stopping.hasCut else { return .max }
        if stopping.deadline > now { return stopping.deadline }
        self.stopping?.hasCut = true
        for connection in connections.values { connection.abort(.serverStopping) }
        return .max
    }

    func finishStoppingIfEmpty() {
        guard let stopping, !stopping.isClosing, connections.isEmpty else { return }
        self.stopping?.isClosing = true
        close()
        for finish in self.stopping?.finish ?? [] { finish() }
    }
}
