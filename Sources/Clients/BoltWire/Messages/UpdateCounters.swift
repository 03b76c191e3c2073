/// How much a query changed. A value; safe to use from any thread.
public struct UpdateCounters: Sendable, Hashable {
    /// Nodes that were created.
    public var nodesCreated: Int
    /// Nodes that were deleted.
    public var nodesDeleted: Int
    /// Relationships that were created.
    public var relationshipsCreated: Int
    /// Relationships that were deleted.
    public var relationshipsDeleted: Int
    /// Properties that were set or removed.
    public var propertiesSet: Int
    /// Labels that were added to nodes.
    public var labelsAdded: Int
    /// Labels that were taken off nodes.
    public var labelsRemoved: Int
    /// Indexes that were added.
    public var indexesAdded: Int
    /// Indexes that were removed.
    public var indexesRemoved: Int
    /// Constraints that were added.
    public var constraintsAdded: Int
    /// Constraints that were removed.
    public var constraintsRemoved: Int
    /// Changes of the system, such as of users and databases.
    public var systemUpdates: Int

    init(_ stats: BoltMap) {
        func count(_ key: String) -> Int { stats[key]?.integer ?? 0 }
        nodesCreated = count("nodes-created")
        nodesDeleted = count("nodes-deleted")
        relationshipsCreated = count("relationships-created")
        relationshipsDeleted = count("relationships-deleted")
        propertiesSet = count("properties-set")
        labelsAdded = count("labels-added")
        labelsRemoved = count("labels-removed")
        indexesAdded = count("indexes-added")
        indexesRemoved = count("indexes-removed")
        constraintsAdded = count("constraints-added")
        constraintsRemoved = count("constraints-removed")
        systemUpdates = count("system-updates")
    }
}
