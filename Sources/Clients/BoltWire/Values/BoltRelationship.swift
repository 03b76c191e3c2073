/// A relationship between two nodes. A value; safe to use from any thread.
public struct BoltRelationship: Sendable, Hashable {
    /// The relationship itself.
    public var relationship: BoltUnboundRelationship
    /// The number of the node at which it starts.
    public var startID: Int
    /// The name of the node at which it starts; before 5.0 the digits of ``startID``.
    public var startElementID: String
    /// The number of the node at which it ends.
    public var endID: Int
    /// The name of the node at which it ends; before 5.0 the digits of ``endID``.
    public var endElementID: String

    /// Makes a relationship between two nodes.
    ///
    /// - Parameters:
    ///   - relationship: The relationship itself.
    ///   - startID: The number of the node at which it starts.
    ///   - startElementID: The name of that node; nil stands for the digits of `startID`.
    ///   - endID: The number of the node at which it ends.
    ///   - endElementID: The name of that node; nil stands for the digits of `endID`.
    public init(
        _ relationship: BoltUnboundRelationship, startID: Int, startElementID: String? = nil, endID: Int,
        endElementID: String? = nil
    ) {
        self.relationship = relationship
        self.startID = startID
        self.startElementID = startElementID ?? String(startID)
        self.endID = endID
        self.endElementID = endElementID ?? String(endID)
    }
}

/// A relationship without its ends, as it stands in a path. A value; safe to use from any thread.
public struct BoltUnboundRelationship: Sendable, Hashable {
    /// The number of the relationship, which the server may give to another one after this is deleted.
    public var id: Int
    /// The server's name of the relationship. Before 5.0 there is none, and it is the digits of ``id``.
    public var elementID: String
    /// The type, such as `INTERACTED`.
    public var type: String
    /// The properties.
    public var properties: BoltMap

    /// Makes a relationship without ends.
    ///
    /// - Parameters:
    ///   - id: The number of the relationship.
    ///   - elementID: The server's name of the relationship; nil stands for the digits of `id`.
    ///   - type: The type.
    ///   - properties: The properties.
    public init(id: Int, elementID: String? = nil, type: String, properties: BoltMap) {
        self.id = id
        self.elementID = elementID ?? String(id)
        self.type = type
        self.properties = properties
    }
}
