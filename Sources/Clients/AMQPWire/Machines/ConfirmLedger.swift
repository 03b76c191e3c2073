/// Which published messages of a channel are unconfirmed (RabbitMQ's publisher confirms).
///
/// The broker counts publishes from 1 after confirm.select; so does the ledger. Entries are kept in that order, so that
/// an acknowledgement of "all up to n" costs no more than the entries that it settles.
public struct ConfirmLedger<Token> {
    /// How the broker settled a message.
    public enum Settlement: Sendable, Hashable {
        /// basic.ack.
        case acknowledged
        /// basic.ack after basic.return: no queue took it.
        case returned
        /// basic.nack.
        case refused
    }

    fileprivate struct Entry {
        var token: Token
        var isMandatory: Bool
        var isReturned = false
        var isSettled = false
    }

    private var entries: [Entry] = []
    /// Where the oldest entry that may be unsettled stands.
    private var head = 0
    /// The sequence number of `entries[head]`.
    private var headNumber: UInt64 = 1
    /// Behind the last returned message, as a sequence number: the broker routes, and so returns, in order.
    private var returnHint: UInt64 = 1
    /// How many messages are unsettled.
    public private(set) var count = 0

    /// An empty ledger, before the first publish after confirm.select.
    public init() {}

    /// The sequence number of the next publish.
    public var nextNumber: UInt64 { headNumber + UInt64(entries.count - head) }

    /// The oldest unsettled message; nil when there is none.
    public var oldest: Token? { head < entries.count ? entries[head].token : nil }

    /// Visits unsettled messages, oldest first, until `visit` returns false.
    public func visitUnsettled(_ visit: (Token) -> Bool) {
        for entry in entries[head...] where !entry.isSettled {
            guard visit(entry.token) else { return }
        }
    }

    /// Enters a publish; to be called in the order of the wire.
    public mutating func published(_ token: Token, isMandatory: Bool) {
        entries.append(Entry(token: token, isMandatory: isMandatory))
        count += 1
    }

    /// Marks the message that came back as returned. RabbitMQ sends basic.return before the message's
    /// acknowledgement, but not next to it, so that the message is looked for by its content: of those that are
    /// mandatory, unsettled and not returned yet, the first behind the last returned one that matches.
    ///
    /// - Returns: its token; nil when no message matches.
    public mutating func returned(where matches: (Token) -> Bool) -> Token? {
        let first = head + Int(max(returnHint, headNumber) - headNumber)
        for index in [first..<entries.count, head..<first].joined() {
            let entry = entries[index]
            guard entry.isMandatory, !entry.isSettled, !entry.isReturned, matches(entry.token) else { continue }
            entries[index].isReturned = true
            returnHint = headNumber + UInt64(index - head) + 1
            return entry.token
        }
        return nil
    }

    /// Settles what a basic.ack (or, with `isNegative`, a basic.nack) names, and calls `settle` for each message that
    /// it settles, oldest first. Messages that are settled already are passed over.
    ///
    /// - Throws: when `number` was never published. Zero names all, with `multiple`.
    public mutating func settled(
        _ number: UInt64, multiple: Bool, isNegative: Bool, _ settle: (Token, Settlement) -> Void
    ) throws(WireError) {
        let last = nextNumber - 1
        guard number <= last, number > 0 || multiple else {
            throw WireError(replyCode: 406, message: "a confirm for message \(number); \(last) were published")
        }
        let number = number == 0 ? last : number
        guard number >= headNumber else { return }
        let index = head + Int(number - headNumber)
        for index in multiple ? head...index : index...index where !entries[index].isSettled {
            entries[index].isSettled = true
            count -= 1
            let entry = entries[index]
            settle(entry.token, isNegative ? .refused : entry.isReturned ? .returned : .acknowledged)
        }
        forgetSettled()
    }

    /// Every unsettled message, oldest first; the ledger has none afterwards and goes on counting.
    public mutating func drain() -> [Token] {
        let tokens = entries[head...].filter { !$0.isSettled }.map(\.token)
        headNumber = nextNumber
        entries.removeAll()
        head = 0
        count = 0
        return tokens
    }

    private mutating func forgetSettled() {
        while head < entries.count, entries[head].isSettled {
            head += 1
            headNumber += 1
        }
        // Moving what is left costs no more than what was settled since the last time. Only here are tokens let go,
        // so that a ledger holds at most twice what is unsettled.
        if head == entries.count {
            entries.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 64, head >= entries.count / 2 {
            entries.removeSubrange(..<head)
            head = 0
        }
    }
}

extension ConfirmLedger: Sendable where Token: Sendable {}
extension ConfirmLedger.Entry: Sendable where Token: Sendable {}
