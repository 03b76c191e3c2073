import Stores

/// Counts the writes that are under way, so that closing can wait for them: each takes several requests.
actor WriteGate {
    private var count = 0
    private var isClosed = false
    private var closers: [CheckedContinuation<Void, Never>] = []

    /// Lets a write begin, which calls ``leave()`` at its end.
    func enter() throws(StoreError) {
        if isClosed { throw StoreError(.closed, "the profiles were closed") }
        count += 1
    }

    func leave() {
        count -= 1
        guard count == 0 else { return }
        for closer in closers { closer.resume() }
        closers = []
    }

    /// Returns when the writes that have begun are done; lets no others begin.
    func close() async {
        isClosed = true
        if count > 0 { await withCheckedContinuation { closers.append($0) } }
    }
}
