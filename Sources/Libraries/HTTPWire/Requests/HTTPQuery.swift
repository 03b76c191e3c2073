/// The decoded names and values of a query, in their order; names may repeat. A value, safe to hand to any task.
public struct HTTPQuery: Sendable, Hashable, RandomAccessCollection {
    /// One `name=value`; the value is empty where there was no `=`.
    public struct Item: Sendable, Hashable {
        /// The decoded name.
        public var name: String
        /// The decoded value.
        public var value: String

        /// Pairs a name and a value.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    private var items: [Item]

    /// Holds the given items.
    public init(_ items: [Item] = []) {
        self.items = items
    }

    /// 0
    public var startIndex: Int { 0 }
    /// The number of items.
    public var endIndex: Int { items.count }
    /// The item at a position.
    public subscript(position: Int) -> Item { items[position] }
    /// The first value of `name`; names are case-sensitive.
    public subscript(name: String) -> String? { items.first { $0.name == name }?.value }
    /// Every value of `name`, in order.
    public func values(of name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }
}
