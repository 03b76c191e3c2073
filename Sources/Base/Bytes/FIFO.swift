/// A queue whose front is removed as cheaply as its end grows.
///
/// Appending and removing one element take constant time on average, where an array moves all elements to remove its
/// first. The places of removed elements are given back in larger steps; the elements themselves are released at once.
///
/// A value with the semantics of an array: copies are independent, and no variable may be changed by two threads at
/// once.
@frozen
public struct FIFO<Element> {
    /// Removed elements are released at once, their places later.
    @usableFromInline var elements: [Element?] = []
    @usableFromInline var head = 0

    /// Makes an empty queue, which allocates nothing yet.
    @inlinable
    public init() {}

    /// How many elements the queue holds.
    @inlinable public var count: Int { elements.count - head }
    /// Whether the queue is empty.
    @inlinable public var isEmpty: Bool { head == elements.count }
    /// The oldest element, which ``popFirst()`` would remove; nil if the queue is empty.
    @inlinable public var first: Element? { isEmpty ? nil : elements[head] }

    /// Adds an element behind all others.
    ///
    /// - Parameter element: The newest element from now on.
    @inlinable
    public mutating func append(_ element: Element) { elements.append(element) }

    /// Removes the oldest element.
    ///
    /// - Returns: The element; nil if the queue is empty.
    @inlinable
    public mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        let element = elements[head]
        elements[head] = nil
        head += 1
        elements.releaseFront(&head)
        return element
    }

    /// Removes some elements from the front.
    ///
    /// - Parameter count: How many at most; not negative.
    /// - Returns: The elements, oldest first: fewer than `count` if the queue holds fewer.
    @inlinable
    public mutating func pop(upTo count: Int) -> [Element] {
        var taken: [Element] = []
        taken.reserveCapacity(min(count, self.count))
        while taken.count < count, let element = popFirst() { taken.append(element) }
        return taken
    }

    /// Removes all elements.
    ///
    /// - Returns: The elements, oldest first.
    @inlinable
    public mutating func drain() -> [Element] { pop(upTo: count) }
}

extension FIFO: Sendable where Element: Sendable {}
