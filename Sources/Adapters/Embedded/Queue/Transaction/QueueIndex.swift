/// The index of a queue in the catalog. Never changes, as queues are never removed.
struct QueueIndex: Hashable, Sendable {
    let offset: Int

    init(_ offset: Int) {
        self.offset = offset
    }
}
