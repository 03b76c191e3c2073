/// Work that many threads hand over to one worker, which takes it in batches.
///
/// The first element schedules a turn of the worker, and the elements that arrive until the turn takes them share it: one
/// change of threads for many elements. Whoever appends, and gets true for it, schedules a turn. A turn takes elements,
/// and asks at its end whether it goes on (``endTurn(hasMore:)``); until it has ended for good, nobody schedules another.
///
/// ```swift
/// func add(_ record: Record) {                                   // on any thread
///     if inbox.withLock({ $0.append(record) }) { loop.schedule { turn() } }
/// }
///
/// func turn() {                                                  // on the loop
///     write(inbox.withLock { $0.take() })
///     if inbox.withLock({ $0.endTurn() }) { loop.schedule { turn() } }
/// }
/// ```
///
/// A value that does not lock anything itself: keep it under a lock, or in an actor.
@frozen
public struct BatchInbox<Element> {
    /// The elements that wait, oldest first.
    @inlinable public var waiting: [Element] { elements }
    @usableFromInline var elements: [Element] = []
    @usableFromInline var isScheduled = false

    /// Makes an empty inbox, for which no turn is scheduled.
    @inlinable
    public init() {}

    /// Whether no element waits.
    @inlinable public var isEmpty: Bool { elements.isEmpty }

    /// How many elements wait.
    @inlinable public var count: Int { elements.count }

    /// Adds an element behind those that wait.
    ///
    /// - Parameter element: The newest element from now on.
    /// - Returns: Whether the caller has to schedule a turn; nobody else will.
    @inlinable
    public mutating func append(_ element: Element) -> Bool {
        elements.append(element)
        return scheduleTurn()
    }

    /// Asks for a turn without an element, for work that is kept elsewhere.
    ///
    /// - Returns: Whether the caller has to schedule the turn.
    @inlinable
    public mutating func scheduleTurn() -> Bool {
        if isScheduled { return false }
        isScheduled = true
        return true
    }

    /// Removes elements that wait, for the turn that handles them.
    ///
    /// - Parameter maximum: How many at most; not negative.
    /// - Returns: The elements, oldest first.
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
    /// - Parameter hasMore: Whether work that is kept elsewhere waits for a turn.
    /// - Returns: Whether the worker has to go on with another turn, because something waits. After false the next
    ///   ``append(_:)`` schedules a turn.
    @inlinable
    public mutating func endTurn(hasMore: Bool = false) -> Bool {
        isScheduled = hasMore || !elements.isEmpty
        return isScheduled
    }
}

extension BatchInbox: Sendable where Element: Sendable {}
