package import Events

/// What the server of a store says of itself.
package struct StoreServer: Sendable, Hashable {
    /// Product and version, such as `Neo4j/5.26.0`.
    package var name: String
    /// Its clock when it was asked; nil where it does not tell.
    package var clock: Timestamp?
    /// What this program will make with its next write, since it is not there: constraints, indexes, collections.
    package var missing: [String]

    package init(name: String, clock: Timestamp? = nil, missing: [String] = []) {
        self.name = name
        self.clock = clock
        self.missing = missing
    }
}
