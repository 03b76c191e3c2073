/// Where a queue stands in the catalog. No queue is ever removed, so its index stays what it is.
struct QueueIndex: Hashable, Sendable {
    let offset: Int

    init(_ offset: Int) {
        self.offset = offset
    }
}
