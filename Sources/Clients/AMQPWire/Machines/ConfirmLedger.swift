/// Which published messages of a channel are unconfirmed (RabbitMQ's publisher confirms).
///
/// The broker counts publishes from 1 after confirm.select; so does the ledger. Entries are kept in that order, so that
/// an acknowledgement of "all up to n" costs no more than the entries that it settles. `Token` is what the owner knows
/// a message by. A value without I/O, owned by one actor.
public struct ConfirmLedger<Token> {
    /// How the broker settled a message.
    public enum Settlement: Sendable, Hashable {
        /// The broker took the message (basic.ack).
        case acknowledged
        /// No queue took the message (basic.ack after basic.return).
        case returned
        /// The broker refused the message (basic.nack).
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
    /// The number of unsettled messages.
    public private(set) var count = 0

    /// An empty ledger, before the first publish after confirm.select.
    public init() {}

    /// The sequence number of the next publish.
    public var nextNumber: UInt64 { headNumber + UInt64(entries.count - head) }

    /// The oldest unsettled message; nil when there is none.
    public var oldest: Token? { head < entries.count ? entries[head].token : nil }

    /// Visits unsettled messages, oldest first.
    ///
    /// - Parameter visit: called for each; false ends the visit.
    public func visitUnsettled(_ visit: (Token) -> Bool) {
        for entry in entries[head...] where !entry.isSettled {
            guard visit(entry.token) else { return }
        }
    }

    /// Enters a publish; to be called in the order of the wire.
    ///
    /// - Parameters:
    ///   - token: what the owner knows the message by.
    ///   - isMandatory: whether the broker returns the message when no queue takes it.
    public mutating func published(_ token: Token, isMandatory: Bool) {
        entries.append(Entry(token: token, isMandatory: isMandatory))
        count += 1
    }

    /// Marks the message that came back as returned. RabbitMQ sends basic.return before the message's
    /// acknowledgement, but not next to it, so that the message is looked for by its content: of those that are
    /// mandatory, unsettled and not returned yet, the first behind the last returned one that matches.
    ///
    /// - Parameter matches: whether the message that came back may be this one.
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

    /// Settles what a basic.ack or basic.nack names. Messages that are settled already are passed over.
    ///
    /// - Parameters:
    ///   - number: the message's number; zero, with `multiple`: all.
    ///   - multiple: whether all messages up to the number are meant.
    ///   - isNegative: whether the method is basic.nack.
    ///   - settle: called for each message that is settled by this, oldest first.
    /// - Throws: ``WireError`` (406) when no message of that number was published.
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

    /// Takes all unsettled messages; the ledger goes on counting.
    ///
    /// - Returns: the tokens, oldest first.
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
        // Moving what is left costs no more than what was settled since the last time. Only here are tokens released:
        // a ledger holds at most twice as many as there are from the oldest unsettled one on.
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
