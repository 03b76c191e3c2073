import SQLite

/// A transaction's data about one queue.
struct QueueSlot {
    /// The counters after the transaction; meaningful once they have been loaded.
    var state = QueueState()
    /// The stored counters; nil until they have been loaded.
    var stored: QueueState?
    /// Puts a message into the queue's table; nil until one arrives.
    var insert: Statement?
    /// Whether the first ready message may have changed.
    var isHeadMoved = false
}
