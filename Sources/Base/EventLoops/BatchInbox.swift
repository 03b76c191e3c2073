/// Work that many hand over to one who takes it in turns: the first one in schedules the turn, and what arrives until
/// the turn takes it shares it. To be kept under a lock, or by an actor.
///
/// Whoever appends, and is told so, has to schedule a turn. A turn takes elements, and says at its end whether it goes
/// on (``endTurn(hasMore:)``); until it has ended for good, nobody schedules another.
@frozen
public struct BatchInbox<Element> {
    /// What waits, oldest first.
    @inlinable public var waiting: [Element] { elements }
    @usableFromInline var elements: [Element] = []
    @usableFromInline var isScheduled = false

    /// Nothing waits.
    @inlinable
    public init() {}

    /// Whether nothing waits.
    @inlinable public var isEmpty: Bool { elements.isEmpty }

    /// How many elements wait.
    @inlinable public var count: Int { elements.count }

    /// Adds an element behind those that wait.
    ///
    /// - Returns: whether the caller has to schedule a turn; nobody else will.
    @inlinable
    public mutating func append(_ element: Element) -> Bool {
        elements.append(element)
        return scheduleTurn()
    }

    /// Asks for a turn without having an element for it.
    ///
    /// - Returns: whether the caller has to schedule it.
    @inlinable
    public mutating func scheduleTurn() -> Bool {
        if isScheduled { return false }
        isScheduled = true
        return true
    }

    /// Takes what waits, oldest first, at most `maximum` elements.
    @inlinable
    public mutating func take(upTo maximum: Int = .max) -> [Element] {
        var taken: [Element] = []
        if elements.count <= maximum {
            swap(&taken, &elements)
        } else {
            taken = Array(elements.prefix(maximum))
            elements.removeFirst(taken.count)
        }
        return taken
    }

    /// Ends a turn.
    ///
    /// - Parameter hasMore: whether something else waits for a turn.
    /// - Returns: whether another turn follows, as something waits; if not, the next one who appends schedules it.
    @inlinable
    public mutating func endTurn(hasMore: Bool = false) -> Bool {
        isScheduled = hasMore || !elements.isEmpty
        return isScheduled
    }
}

extension BatchInbox: Sendable where Element: Sendable {}
