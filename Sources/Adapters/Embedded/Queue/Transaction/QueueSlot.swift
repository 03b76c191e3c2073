import SQLite

/// What a transaction has of one queue.
struct QueueSlot {
    /// The counters as they are to be; meaningful once they have been loaded.
    var state = QueueState()
    /// The counters as they are stored; nil until they have been loaded.
    var stored: QueueState?
    /// Puts a message into the queue's table; nil until one arrives.
    var insert: Statement?
    /// Whether the first ready message may be another one now.
    var isHeadMoved = false
}
