import Events

/// Makes events from lines of JSON, each an event as posted.
///
/// A line without an event_id gets one that is derived from its bytes, so that it is the same event however often it is
/// imported; an event without a time, in itself or in its id, happened at `receivedAt`.
struct JSONLineDecoder: RecordDecoding {
    private let decoder = EventDecoder()
    private let receivedAt: Timestamp

    init(receivedAt: Timestamp) {
        self.receivedAt = receivedAt
    }

    /// The event of the scanner's current record.
    func event(of line: RecordScanner) throws(Rejection) -> Event {
        do throws(EventRejection) {
            return try decoder.decode(
                message: Array(line.record.trimmed), messageID: nil, timestamp: nil, receivedAt: receivedAt,
                otherwise: receivedAt)
        } catch {
            throw Self.rejection(for: error, isUnterminated: line.isUnterminated)
        }
    }

    private static func rejection(for error: EventRejection, isUnterminated: Bool) -> Rejection {
        switch error {
        case .malformed(let reason):
            return Rejection(isUnterminated ? .cutLine : .invalidJSON, reason)
        case .invalid(let issues):
            let name: String? = issues.first?.loc.last.flatMap { step in
                if case .field(let name) = step { name } else { nil }
            }
            return .field(name ?? "event", issues.map(\.description).joined(separator: "; "))
        }
    }
}
