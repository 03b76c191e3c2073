import Bytes

/// Why an event is in the dead-letter queue.
package enum DeadLetterReason: String, Sendable, Hashable, CaseIterable {
    /// The body is not JSON, or not an object.
    case malformed
    /// The event breaks a rule.
    case invalid
    /// The store will never take the event.
    case rejected
    /// Every retry failed.
    case retriesExhausted = "retries_exhausted"
    /// The event waited longer than the queue's TTL.
    case expired
    /// The queue was full.
    case overflow
}

/// What a worker writes into the headers of an event that it gives up; the body keeps its bytes.
package struct DeadLetterHeaders: Sendable, Hashable {
    /// The longest error text that is kept, in bytes of UTF-8: the headers must fit one frame.
    package static let maximumErrorBytes = 2_048

    /// The queue in which the event failed.
    package var queue: String
    package var reason: DeadLetterReason
    /// The text of the last error.
    package var error: String
    /// How often the event was tried; 1 or more.
    package var attempts: Int
    /// Microseconds since 1970.
    package var firstFailedAt: Int64
    /// Microseconds since 1970.
    package var lastFailedAt: Int64
    /// The worker that gave the event up.
    package var worker: String
    /// Names the letter: ``letterDigits`` hexadecimal digits that no other letter has. Nil in letters of other programs.
    package var letter: String?

    /// The number of digits of a letter's id: enough for millions of letters.
    package static let letterDigits = 16

    /// A letter's id from a hash in hexadecimal digits.
    package static func letterID(of digits: String) -> String { String(digits.prefix(letterDigits)) }

    /// Cuts `error` to ``maximumErrorBytes``.
    package init(
        queue: String, reason: DeadLetterReason, error: String, attempts: Int, firstFailedAt: Int64,
        lastFailedAt: Int64, worker: String, letter: String? = nil
    ) {
        self.queue = queue
        self.reason = reason
        self.error = error.cut(toBytes: Self.maximumErrorBytes)
        self.attempts = attempts
        self.firstFailedAt = firstFailedAt
        self.lastFailedAt = lastFailedAt
        self.worker = worker
        self.letter = letter
    }

    /// The group of failures that this failure belongs to.
    package var fingerprint: Fingerprint { Fingerprint(queue: queue, reason: reason.rawValue, error: error) }

    /// Reads what ``write(to:)`` wrote; nil if the headers hold no such record.
    package init?(_ headers: HeaderTable) {
        guard let queue = headers[Key.queue]?.text,
            let reason = headers[Key.reason]?.text.flatMap(DeadLetterReason.init(rawValue:))
        else { return nil }
        self.init(
            queue: queue, reason: reason, error: headers[Key.error]?.text ?? "",
            attempts: headers.attempts(Key.attempts) ?? 1,
            firstFailedAt: headers[Key.firstFailedAt]?.number ?? 0,
            lastFailedAt: headers[Key.lastFailedAt]?.number ?? 0,
            worker: headers[Key.worker]?.text ?? "",
            letter: headers[Key.letter]?.text.flatMap { Self.isLetterID($0) ? $0 : nil })
    }

    private static func isLetterID(_ text: String) -> Bool {
        text.utf8.count == letterDigits && text.utf8.allSatisfy { Hexadecimal.value(of: $0) != nil }
    }

    /// Sets the record, leaving other headers as they are.
    package func write(to headers: inout HeaderTable) {
        headers[Key.queue] = .string(queue)
        headers[Key.reason] = .string(reason.rawValue)
        headers[Key.error] = .string(error)
        headers[Key.attempts] = .integer(Int64(attempts))
        headers[Key.firstFailedAt] = .integer(firstFailedAt)
        headers[Key.lastFailedAt] = .integer(lastFailedAt)
        headers[Key.worker] = .string(worker)
        headers[Key.fingerprint] = .string(fingerprint.description)
        headers[Key.letter] = letter.map { .string($0) }
    }

    /// Removes the record, as a replay does.
    package static func remove(from headers: inout HeaderTable) {
        for key in [
            Key.queue, Key.reason, Key.error, Key.attempts, Key.firstFailedAt, Key.lastFailedAt, Key.worker,
            Key.fingerprint, Key.letter,
        ] {
            headers[key] = nil
        }
    }

    /// When a letter was brought back from a file, in microseconds since 1970: its time in the queue began again.
    package static let importedAt = "debias-imported-at"

    // No `x-` prefix: RabbitMQ 4 drops those `x-` headers of clients that have a meaning of their own in the broker.
    private enum Key {
        static let queue = "debias-queue"
        static let reason = "debias-reason"
        static let error = "debias-error"
        static let attempts = "debias-attempts"
        static let firstFailedAt = "debias-first-failed-at"
        static let lastFailedAt = "debias-last-failed-at"
        static let worker = "debias-worker"
        static let fingerprint = "debias-fingerprint"
        static let letter = "debias-letter"
    }
}
