import Embedded
import Stores

/// A database file of the data folder.
enum FolderDatabase: Sendable {
    case queues, graph, profiles, spool

    /// The path within the folder.
    var path: String {
        switch self {
        case .queues: "queues.sqlite"
        case .graph: "graph.sqlite"
        case .profiles: "profiles.sqlite"
        case .spool: "spool/queues.sqlite"
        }
    }

    private func directory(in folder: String) -> String { self == .spool ? "\(folder)/spool" : folder }

    /// Opens the database.
    ///
    /// - Parameter scope: Closes what is opened.
    /// - Returns: What takes a snapshot; the writers of queues then wait until they are resumed.
    /// - Throws: The error of the part, if it cannot be opened.
    func open(
        in folder: String, _ scope: inout Scope
    ) async throws -> @Sendable () async throws(StoreError) -> EmbeddedSnapshot {
        switch self {
        case .queues, .spool:
            let broker = scope.add(try await EmbeddedBroker.open(directory: directory(in: folder))) { await $0.close() }
            return { () async throws(StoreError) in try await broker.snapshotHoldingWriters() }
        case .graph:
            let graph = scope.add(try await EmbeddedGraphStore.open(directory: folder)) { await $0.close() }
            return { () async throws(StoreError) in try await graph.snapshot() }
        case .profiles:
            let profiles = scope.add(try await EmbeddedProfileStore.open(directory: folder)) { await $0.close() }
            return { () async throws(StoreError) in try await profiles.snapshot() }
        }
    }

    /// Opens the database and closes it again: a file of an earlier release is brought up to date, and one of a later
    /// release is refused.
    ///
    /// - Returns: How many events a store holds; nil for queues.
    func checkOpening(in folder: String) async throws -> Int? {
        try await Scope.with { scope in
            switch self {
            case .queues, .spool:
                _ = scope.add(try await EmbeddedBroker.open(directory: directory(in: folder))) { await $0.close() }
                return nil
            case .graph:
                let graph = scope.add(try await EmbeddedGraphStore.open(directory: folder)) { await $0.close() }
                return try await graph.statistics().interactions
            case .profiles:
                let profiles = scope.add(try await EmbeddedProfileStore.open(directory: folder)) { await $0.close() }
                return try await profiles.statistics().vectors
            }
        }
    }
}
