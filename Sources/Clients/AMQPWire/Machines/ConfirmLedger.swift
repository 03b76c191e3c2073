public import Bytes

/// Which published messages of a channel are unconfirmed (RabbitMQ's publisher confirms).
///
/// The broker counts publishes from 1 after confirm.select; so does the ledger. Entries are kept in that order, so that
/// an acknowledgement of "all up to n" costs no more than the entries that it settles. `Token` is what the owner knows
/// a message by. A value without I/O, owned by one actor.
@frozen
public struct ConfirmLedger<Token> {
    /// How the broker settled a message.
    @frozen
    public enum Settlement: Sendable, Hashable {
        /// The broker took the message (basic.ack).
        case acknowledged
        /// No queue took the message (basic.ack after basic.return).
        case returned
        /// The broker refused the message (basic.nack).
        case refused
    }

    @frozen
    @usableFromInline
    struct Entry {
        @usableFromInline var token: Token
        @usableFromInline var isMandatory: Bool
        @usableFromInline var isReturned = false
        @usableFromInline var isSettled = false

        @inlinable
        init(token: Token, isMandatory: Bool) {
            self.token = token
            self.isMandatory = isMandatory
        }
    }

    /// From the oldest entry that may be unsettled on.
    @usableFromInline var entries = NumberedWindow<Entry>()
    /// Behind the last returned message, as a sequence number: the broker routes, and so returns, in order.
    @usableFromInline var returnHint: UInt64 = 1
    /// The number of unsettled messages.
    @inlinable public var count: Int { unsettled }
    @usableFromInline var unsettled = 0

    /// An empty ledger, before the first publish after confirm.select.
    @inlinable
    public init() {}

    /// The sequence number of the next publish.
    @inlinable public var nextNumber: UInt64 { entries.nextNumber }

    /// The oldest unsettled message; nil when there is none.
    @inlinable public var oldest: Token? { entries.first?.token }

    /// Visits unsettled messages, oldest first.
    ///
    /// - Parameter visit: called for each; false ends the visit.
    @inlinable
    public func visitUnsettled(_ visit: (Token) -> Bool) {
        for number in entries.numbers {
            guard let entry = entries[number], !entry.isSettled else { continue }
            guard visit(entry.token) else { return }
        }
    }

    /// Enters a publish; to be called in the order of the wire.
    ///
    /// - Parameters:
    ///   - token: what the owner knows the message by.
    ///   - isMandatory: whether the broker returns the message when no queue takes it.
    @inlinable
    public mutating func published(_ token: Token, isMandatory: Bool) {
        entries.append(Entry(token: token, isMandatory: isMandatory))
        unsettled += 1
    }

    /// Marks the message that came back as returned. RabbitMQ sends basic.return before the message's
    /// acknowledgement, but not next to it, so that the message is looked for by its content: of those that are
    /// mandatory, unsettled and not returned yet, the first behind the last returned one that matches.
    ///
    /// - Parameter matches: whether the message that came back may be this one.
    /// - Returns: its token; nil when no message matches.
    @inlinable
    public mutating func returned(where matches: (Token) -> Bool) -> Token? {
        let first = max(returnHint, entries.firstNumber)
        for number in [first..<entries.nextNumber, entries.firstNumber..<first].joined() {
            guard let entry = entries[number], entry.isMandatory, !entry.isSettled, !entry.isReturned,
                matches(entry.token)
            else { continue }
            entries.update(number) { $0.isReturned = true }
            returnHint = number + 1
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
    @inlinable
    public mutating func settled(
        _ number: UInt64, multiple: Bool, isNegative: Bool, _ settle: (Token, Settlement) -> Void
    ) throws(WireError) {
        let last = nextNumber - 1
        guard number <= last, number > 0 || multiple else {
            throw WireError(replyCode: 406, message: "a confirm for message \(number); \(last) were published")
        }
        let number = number == 0 ? last : number
        let first = multiple ? entries.firstNumber : number
        guard first <= number else { return }
        for number in first...number {
            let settled = entries.update(number) { entry -> Entry? in
                if entry.isSettled { return nil }
                entry.isSettled = true
                return entry
            }
            guard let entry = settled ?? nil else { continue }
            unsettled -= 1
            settle(entry.token, isNegative ? .refused : entry.isReturned ? .returned : .acknowledged)
        }
        entries.removeFirst(while: \.isSettled)
    }

    /// Takes all unsettled messages; the ledger goes on counting.
    ///
    /// - Returns: the tokens, oldest first.
    @inlinable
    public mutating func drain() -> [Token] {
        var tokens: [Token] = []
        visitUnsettled { token in
            tokens.append(token)
            return true
        }
        entries.removeAll()
        unsettled = 0
        return tokens
    }
}

extension ConfirmLedger: Sendable where Token: Sendable {}
extension ConfirmLedger.Entry: Sendable where Token: Sendable {}
