/// A queue whose elements are numbered in the order in which they came, and found by their numbers: what was sent and
/// not acknowledged, for instance.
///
/// Finding, appending and removing from the front take constant time on average. Numbers outside of the window are
/// allowed everywhere and find nothing. Removed elements are released later, together with their places: a window holds
/// at most twice as many as it counts, and a few.
///
/// A value with the semantics of an array: copies are independent, and no variable may be changed by two threads at
/// once.
@frozen
public struct NumberedWindow<Element> {
    @usableFromInline var elements: [Element] = []
    /// Where the first element stands.
    @usableFromInline var head = 0
    @usableFromInline var headNumber: UInt64

    /// Makes an empty window, which allocates nothing yet.
    ///
    /// - Parameter firstNumber: The number of the first element to be appended.
    @inlinable
    public init(firstNumber: UInt64 = 1) { headNumber = firstNumber }

    /// How many elements the window holds.
    @inlinable public var count: Int { elements.count - head }
    /// Whether the window is empty.
    @inlinable public var isEmpty: Bool { head == elements.count }
    /// The number of the oldest element; in an empty window ``nextNumber``.
    @inlinable public var firstNumber: UInt64 { headNumber }
    /// The number that the next element gets.
    @inlinable public var nextNumber: UInt64 { headNumber + UInt64(count) }
    /// The numbers of all elements, oldest first.
    @inlinable public var numbers: Range<UInt64> { firstNumber..<nextNumber }
    /// The oldest element; nil if the window is empty.
    @inlinable public var first: Element? { isEmpty ? nil : elements[head] }

    /// The element of a number; nil when it was removed or has not come.
    ///
    /// - Parameter number: Any number.
    @inlinable
    public subscript(number: UInt64) -> Element? { index(of: number).map { elements[$0] } }

    /// Changes an element in its place.
    ///
    /// - Parameters:
    ///   - number: Any number.
    ///   - change: Called with the element of the number, if there is one.
    /// - Returns: What `change` returns; nil when there is no such element.
    @inlinable
    @discardableResult
    public mutating func update<Result>(_ number: UInt64, _ change: (inout Element) -> Result) -> Result? {
        guard let index = index(of: number) else { return nil }
        return change(&elements[index])
    }

    /// Adds an element behind all others.
    ///
    /// - Parameter element: The newest element from now on.
    /// - Returns: Its number.
    @inlinable
    @discardableResult
    public mutating func append(_ element: Element) -> UInt64 {
        elements.append(element)
        return nextNumber - 1
    }

    /// Removes the oldest elements, up to the first that is to stay.
    ///
    /// - Parameter isDone: Whether an element may go.
    @inlinable
    public mutating func removeFirst(while isDone: (Element) -> Bool) {
        while head < elements.count, isDone(elements[head]) {
            head += 1
            headNumber += 1
        }
        elements.releaseFront(&head)
    }

    /// Removes all elements; numbers go on.
    @inlinable
    public mutating func removeAll() { removeFirst { _ in true } }

    @inlinable
    func index(of number: UInt64) -> Int? {
        guard number >= headNumber, number - headNumber < UInt64(count) else { return nil }
        return head + Int(number - headNumber)
    }
}

extension NumberedWindow: Sendable where Element: Sendable {}
