/// How a caller that has many events to write keeps a store busy.
package struct WritingPace: Sendable, Hashable {
    /// The events in a batch.
    package var batch: Int
    /// How many batches are given to the store at the same time.
    package var batchesAtOnce: Int

    package init(batch: Int = 500, batchesAtOnce: Int = 1) {
        self.batch = max(1, batch)
        self.batchesAtOnce = max(1, batchesAtOnce)
    }
}
