/// A node of the graph. A value; safe to use from any thread.
public struct BoltNode: Sendable, Hashable {
    /// The number of the node, which the server may give to another one after this is deleted. Servers of today advise
    /// ``elementID``.
    public var id: Int
    /// The server's name of the node. Before 5.0 there is none, and it is the digits of ``id``.
    public var elementID: String
    /// The labels, such as `User`.
    public var labels: [String]
    /// The properties.
    public var properties: BoltMap

    /// Makes a node.
    ///
    /// - Parameters:
    ///   - id: The number of the node.
    ///   - elementID: The server's name of the node; nil stands for the digits of `id`.
    ///   - labels: The labels.
    ///   - properties: The properties.
    public init(id: Int, elementID: String? = nil, labels: [String], properties: BoltMap) {
        self.id = id
        self.elementID = elementID ?? String(id)
        self.labels = labels
        self.properties = properties
    }
}
