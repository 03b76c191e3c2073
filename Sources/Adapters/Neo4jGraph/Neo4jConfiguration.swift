import BoltClient
import BoltWire
import Connections
package import Stores

/// Where a graph on a Bolt server is, and who uses it. Neither description nor dump shows a password.
package struct Neo4jConfiguration: Sendable, CustomStringConvertible, CustomReflectable {
    let bolt: BoltConfiguration
    /// The database; nil stands for the user's own.
    let database: String?
    /// How many transactions write at the same time. Users are dealt to them, so that no two wait for one another.
    package var writers = 2

    /// Reads an address: `bolt://`, `neo4j://`, and the same with `+s` and `+ssc`.
    ///
    /// - Parameters:
    ///   - url: The address.
    ///   - user: The user; nil where the address names one, or the server asks nobody.
    ///   - password: The password of `user`.
    ///   - database: The database; nil stands for the user's own.
    /// - Throws: `.unavailable` with the part of the address that cannot be read, never the password.
    package init(
        url: String, user: String? = nil, password: String? = nil, database: String? = nil
    ) throws(StoreError) {
        var bolt: BoltConfiguration
        do throws(BoltError) { bolt = try BoltURI.parse(url) } catch { throw StoreError(.unavailable, error.message) }
        if let user { bolt.authenticate(with: .basic(user: user, password: password ?? "")) }
        bolt.userAgent = "debias-events"
        // A worker keeps a batch and tries again by itself; it should learn soon that the server is away.
        bolt.acquisitionTimeout = .seconds(10)
        bolt.retryTimeout = .seconds(5)
        bolt.pool.members = 16
        self.bolt = bolt
        self.database = database
    }

    /// The address without its secrets.
    package var description: String { bolt.description }
    package var customMirror: Mirror { Mirror(self, children: ["address": description]) }
}
