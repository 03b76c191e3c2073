import Messaging
import SQLite

/// A ready message as it is stored.
struct ReadyMessage {
    let position: Int64
    let expiresAt: Int64?
    let envelope: [UInt8]
    let body: [UInt8]
    /// How often the message came back from a consumer.
    let returns: Int
    /// Whether the message is before the head.
    let isEarly: Bool

    func isExpired(at now: Int64) -> Bool {
        expiresAt.map { $0 < now } ?? false
    }
}

// Ready messages are always taken from the front: by consumers, by expiry (which, as in RabbitMQ, checks the first
// message only), and by dropping the oldest messages of a queue that is too long.
extension QueueTransaction {
    /// At most this many bytes are read at once beyond the first message.
    private static let byteLimit = 8 << 20
    /// How many messages are taken at once where no caller gives a number.
    private static let portion = 256

    /// The first `limit` ready messages, or fewer if they are large.
    private func firstReady(in index: QueueIndex, limit: Int) throws(SQLiteError) -> [ReadyMessage] {
        let queue = catalog[index]
        var messages: [ReadyMessage] = []
        var bytes = 0
        func take(_ row: borrowing Row, returns: Int, isEarly: Bool) {
            // Skipping a row without reading its body costs next to nothing.
            guard bytes < Self.byteLimit else { return }
            let message = ReadyMessage(
                position: row.int64(0), expiresAt: row.optionalInt64(1), envelope: row.bytes(2), body: row.bytes(3),
                returns: returns, isEarly: isEarly)
            bytes += message.envelope.count + message.body.count
            messages.append(message)
        }
        if self[index].early > 0 {
            try connection.prepare(dynamic: queue.selectEarly).forEach(queue.id, limit) { row in
                take(row, returns: row.int(4), isEarly: true)
            }
        }
        if messages.count < limit, self[index].ready > self[index].early {
            try connection.prepare(dynamic: queue.selectFromHead).forEach(
                self[index].head, limit - messages.count
            ) { row in
                take(row, returns: 0, isEarly: false)
            }
        }
        return messages
    }

    /// Records that `messages`, the first ready messages, are no longer ready.
    private func removeFromReady(_ messages: some Collection<ReadyMessage>, in index: QueueIndex) throws(SQLiteError) {
        let early = messages.count(where: \.isEarly)
        if early > 0, let last = messages.dropFirst(early - 1).first {
            try connection.run(
                "DELETE FROM early WHERE queue = ? AND position <= ?", catalog[index].id, last.position)
            self[index].early -= early
        }
        if let last = messages.dropFirst(early).suffix(1).first { self[index].head = last.position + 1 }
        self[index].ready -= messages.count
        headMoved(index)
    }

    /// Gives the first ready messages to `session`; expired messages are dead-lettered instead.
    ///
    /// - Returns: 0 ... `count` messages.
    func claim(in index: QueueIndex, upTo count: Int, session: Int64) throws(SQLiteError) -> [ClaimedMessage] {
        try load(index)
        var claimed: [ClaimedMessage] = []
        while claimed.count < count, self[index].ready > 0 {
            let messages = try firstReady(in: index, limit: count - claimed.count)
            guard !messages.isEmpty else { break }
            try removeFromReady(messages, in: index)
            let live = messages.filter { !$0.isExpired(at: now) }
            try storeClaims(live, in: index, session: session, into: &claimed)
            if live.count == messages.count { break }
            try bury(messages.filter { $0.isExpired(at: now) }, .expired, in: index)
        }
        self[index].unacknowledged += claimed.count
        return claimed
    }

    /// Writes the claims on `messages`: one range for neighbours that came back equally often. Messages from the head
    /// on count as neighbours within their priority even with a gap between them, as no message will ever fill the gap.
    private func storeClaims(
        _ messages: [ReadyMessage], in index: QueueIndex, session: Int64, into claimed: inout [ClaimedMessage]
    ) throws(SQLiteError) {
        var rest = messages[...]
        while let first = rest.first {
            var previous = first.position
            let run = rest.prefix { message in
                defer { previous = message.position }
                return message.isEarly == first.isEarly && message.returns == first.returns
                    && (message.isEarly
                        ? message.position <= previous + 1
                        : QueuePosition.haveSamePriority(message.position, first.position))
            }
            try insertClaim(
                PositionRange(first: first.position, last: run.last?.position ?? first.position),
                in: index, session: session, returns: first.returns)
            for message in run {
                claimed.append(
                    ClaimedMessage(
                        held: HeldMessage(
                            position: message.position, returns: message.returns, claim: first.position),
                        envelope: message.envelope, body: message.body))
            }
            rest = rest.dropFirst(run.count)
        }
    }

    func insertClaim(
        _ range: PositionRange, in index: QueueIndex, session: Int64, returns: Int
    ) throws(SQLiteError) {
        try connection.run(
            "INSERT INTO claim VALUES (?, ?, ?, ?, ?)", catalog[index].id, range.first, range.last, session,
            returns)
    }

    func deleteClaim(_ first: Int64, in index: QueueIndex) throws(SQLiteError) {
        try connection.run("DELETE FROM claim WHERE queue = ? AND first = ?", catalog[index].id, first)
    }

    /// Dead-letters the first ready messages as long as they have expired, up to a bounded number; the rest follow at
    /// once, as ``finish()`` finds that their expiry is over.
    func expire(_ index: QueueIndex) throws(SQLiteError) {
        try load(index)
        headMoved(index)
        let messages = try firstReady(in: index, limit: Self.portion).prefix { $0.isExpired(at: now) }
        guard !messages.isEmpty else { return }
        try removeFromReady(messages, in: index)
        try bury(messages, .expired, in: index)
    }

    /// Records that the queue at `index` got longer.
    func noteLength(_ index: QueueIndex) {
        let definition = definition(index)
        guard definition.overflow == .dropHead, let maxLength = definition.maxLength,
            self[index].ready > maxLength, !overfull.contains(index)
        else { return }
        overfull.append(index)
    }

    /// Dead-letters the oldest messages of queues that are too long. Dropped messages may fill other queues in turn;
    /// work that would make others wait too long is left to the next transaction.
    ///
    /// - Returns: whether no queue is too long any more.
    func enforceLengths() throws(SQLiteError) -> Bool {
        var portions = 16
        while let index = overfull.first {
            let excess = self[index].ready - Int(clamping: definition(index).maxLength ?? .max)
            guard excess > 0 else {
                overfull.removeFirst()
                continue
            }
            guard portions > 0 else { return false }
            portions -= 1
            let messages = try firstReady(in: index, limit: min(excess, Self.portion))
            guard !messages.isEmpty else {
                overfull.removeFirst()
                continue
            }
            try removeFromReady(messages, in: index)
            try bury(messages, .maxlen, in: index)
        }
        return true
    }

    /// Deletes all ready messages.
    func purge(_ index: QueueIndex) throws(SQLiteError) -> Int {
        try load(index)
        let queue = catalog[index]
        try connection.prepare(dynamic: queue.deleteFrom).run(self[index].head)
        if self[index].early > 0 {
            try connection.prepare(dynamic: queue.deleteEarly).run(queue.id)
            try connection.run("DELETE FROM early WHERE queue = ?", queue.id)
        }
        let count = self[index].ready
        self[index].ready = 0
        self[index].early = 0
        headMoved(index)
        return count
    }
}
