/// A queue with cheap removal at its front.
struct FIFO<Element> {
    private var elements: [Element?] = []
    private var head = 0

    var count: Int { elements.count - head }
    var isEmpty: Bool { head == elements.count }
    var first: Element? { isEmpty ? nil : elements[head] }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
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
    mutating func pop(upTo count: Int) -> [Element] {
        var taken: [Element] = []
        taken.reserveCapacity(min(count, self.count))
        while taken.count < count, let element = popFirst() { taken.append(element) }
        return taken
    }

    /// Removes all elements.
    mutating func drain() -> [Element] { pop(upTo: count) }
}
