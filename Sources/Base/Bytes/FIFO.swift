/// A queue with cheap removal at its front: each operation takes constant time on average. A value; not to be changed
/// by several threads at once.
@frozen
public struct FIFO<Element> {
    /// Removed elements are let go of at once, their places later.
    @usableFromInline var elements: [Element?] = []
    @usableFromInline var head = 0

    /// An empty queue.
    @inlinable
    public init() {}

    /// How many elements there are.
    @inlinable public var count: Int { elements.count - head }
    /// Whether there is no element.
    @inlinable public var isEmpty: Bool { head == elements.count }
    /// The oldest element.
    @inlinable public var first: Element? { isEmpty ? nil : elements[head] }

    /// Adds an element behind all others.
    @inlinable
    public mutating func append(_ element: Element) { elements.append(element) }

    /// Removes the oldest element; nil if there is none.
    @inlinable
    public mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        let element = elements[head]
        elements[head] = nil
        head += 1
        if head == elements.count {
            elements.removeAll(keepingCapacity: head <= 4_096)
            head = 0
        } else if head >= 64, head >= elements.count / 2 {
            elements.removeSubrange(..<head)
            head = 0
        }
        return element
    }

    /// Removes the first `count` elements, or all there are.
    @inlinable
    public mutating func pop(upTo count: Int) -> [Element] {
        var taken: [Element] = []
        taken.reserveCapacity(min(count, self.count))
        while taken.count < count, let element = popFirst() { taken.append(element) }
        return taken
    }

    /// Removes all elements, oldest first.
    @inlinable
    public mutating func drain() -> [Element] { pop(upTo: count) }
}

extension FIFO: Sendable where Element: Sendable {}
