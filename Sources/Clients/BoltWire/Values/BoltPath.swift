/// A way through the graph: a node, and from there relationships to other nodes, against their direction or along it. A
/// value; safe to use from any thread.
public struct BoltPath: Sendable, Hashable {
    /// One step of the way.
    public struct Step: Sendable, Hashable {
        /// The relationship that is followed, with its own start and end.
        public var relationship: BoltRelationship
        /// The node to which the step leads.
        public var node: BoltNode

        /// Makes a step.
        ///
        /// - Parameters:
        ///   - relationship: The relationship that is followed.
        ///   - node: The node to which the step leads.
        public init(_ relationship: BoltRelationship, to node: BoltNode) {
            self.relationship = relationship
            self.node = node
        }
    }

    /// The nodes of the way, each once; the first is where it begins.
    public let nodes: [BoltNode]
    /// The relationships of the way, each once.
    public let relationships: [BoltUnboundRelationship]
    /// Two numbers per step: the relationship, counted from 1 and negative if it is followed against its direction, and
    /// the node to which it leads, counted from 0.
    public let indices: [Int]

    /// Makes a path of its parts.
    ///
    /// - Parameters:
    ///   - nodes: The nodes, each once, the first of them where the way begins.
    ///   - relationships: The relationships, each once.
    ///   - indices: Two numbers per step, as ``indices`` has them.
    /// - Returns: nil where there is no node, or an index leads to nothing.
    public init?(nodes: [BoltNode], relationships: [BoltUnboundRelationship], indices: [Int]) {
        guard !nodes.isEmpty, indices.count.isMultiple(of: 2) else { return nil }
        for place in stride(from: 0, to: indices.count, by: 2) {
            let (relationship, node) = (indices[place], indices[place + 1])
            guard relationship != 0, relationship.magnitude <= relationships.count.magnitude,
                nodes.indices.contains(node)
            else { return nil }
        }
        self.nodes = nodes
        self.relationships = relationships
        self.indices = indices
    }

    /// Where the way begins.
    public var start: BoltNode { nodes[0] }

    /// The steps, in their order; none for a path of one node.
    public var steps: [Step] {
        var here = nodes[0]
        return stride(from: 0, to: indices.count, by: 2).map { place in
            let relationship = relationships[Int(indices[place].magnitude) - 1]
            let next = nodes[indices[place + 1]]
            let (from, to) = indices[place] > 0 ? (here, next) : (next, here)
            here = next
            return Step(
                BoltRelationship(
                    relationship, startID: from.id, startElementID: from.elementID, endID: to.id,
                    endElementID: to.elementID), to: next)
        }
    }
}
