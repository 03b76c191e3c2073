import Events
import QdrantClient
import Stores

/// The collections that writing stands on. Made before the first write, with the indexes of their payloads; those that are
/// there are checked, and stay.
actor QdrantSchema {
    /// How long what was found counts: the shop may make its catalogue, and an operator a cluster, at any time.
    private static let validity = Duration.seconds(600)

    private let server: QdrantServer
    private let vectorSize: Int
    private let notify: @Sendable (QdrantNotice) -> Void
    private var known: (layout: QdrantLayout, isPrepared: Bool, until: ContinuousClock.Instant)?
    private var catalogueEpoch: Int64?
    private var lastReason: String?

    init(_ server: QdrantServer, vectorSize: Int, notify: @escaping @Sendable (QdrantNotice) -> Void) {
        self.server = server
        self.vectorSize = vectorSize
        self.notify = notify
    }

    /// The state of the catalogue, now, with everything made that is missing.
    func state() async throws(StoreError) -> CatalogueState {
        try await state(of: []).0
    }

    /// The same, and the tombstones of some users.
    func state(of users: [Int64]) async throws(StoreError) -> (CatalogueState, [Int64: Timestamp]) {
        let known = try await Settings(server: server).read(users, try await prepare())
        if known.catalogueEpoch != catalogueEpoch, catalogueEpoch != nil {
            // The catalogue may have begun with this change.
            forget()
        }
        catalogueEpoch = known.catalogueEpoch
        let state = CatalogueState(layout: try await prepare(), catalogueEpoch: known.catalogueEpoch)
        return (state, known.tombstones)
    }

    private func prepare() async throws(StoreError) -> QdrantLayout {
        if let known, known.isPrepared, known.until > .now { return known.layout }
        known = nil
        let layout = try await current()
        try await make(.interactions, size: layout.dimension)
        try await makeProfiles(size: layout.dimension)
        try await makeLearned(size: layout.dimension)
        try await make(.settings, size: 1, distance: .dot)
        known = (layout, true, .now + Self.validity)
        return layout
    }

    /// What there is, for those who do not write and so change nothing. Own collections of another size are an error.
    func current() async throws(StoreError) -> QdrantLayout {
        if let known, known.until > .now { return known.layout }
        try await checkVersion()
        var layout = QdrantLayout(dimension: vectorSize)
        if let size = try await catalogueSize() {
            layout.dimension = size
            layout.hasCatalogue = true
        }
        layout.isCluster = try await isCluster()
        for name in [QdrantLayout.interactions, QdrantLayout.profiles] {
            guard let info = try await server.sendIfThere(.collection(name)) else { continue }
            try check(info, of: name, layout.dimension, .cosine)
        }
        known = (layout, false, .now + Self.validity)
        return layout
    }

    /// Looks again before the next write: a server that was away may come back with other data.
    func forget() {
        known = nil
    }

    /// Makes a collection of profiles, which no alias names yet.
    func makeProfiles(_ name: String, size: Int) async throws(StoreError) {
        try await make(.profiles(name), size: size)
    }

    // MARK: The server

    private func checkVersion() async throws(StoreError) {
        if let refusal = Self.refusal(ofVersion: try await server.send(.version)) { throw refusal }
    }

    static func refusal(ofVersion version: String) -> StoreError? {
        let numbers = version.split(separator: ".").prefix(2).map { Int($0) ?? 0 }
        guard numbers.count < 2 || (numbers[0], numbers[1]) < (1, 17) else { return nil }
        return StoreError(
            .unavailable,
            "Qdrant \(version.prefix(40)) is too old: workers that meet need writes with update_mode, which 1.17 has; "
                + "upgrade it, one minor version after the other")
    }

    private func isCluster() async throws(StoreError) -> Bool {
        do throws(QdrantError) {
            return try await server.driver.send(.cluster).isEnabled
        } catch {
            switch error.code {
            case .notFound: return false
            // A key for collections alone: what a cluster needs does a single server no harm.
            case .accessRefused: return true
            default: throw StoreError(error)
            }
        }
    }

    private func catalogueSize() async throws(StoreError) -> Int? {
        guard let info = try await server.sendIfThere(.collection(QdrantLayout.products)) else { return nil }
        let reason = Self.reasonAgainst(catalogue: info)
        if let reason, reason != lastReason { notify(.catalogueUnused(reason: reason)) }
        lastReason = reason
        return info.vectors?.size
    }

    /// Why a collection cannot be the catalogue; nil if it can.
    static func reasonAgainst(catalogue info: QdrantCollectionInfo) -> String? {
        guard info.vectors == nil else { return nil }
        return info.namedVectors.isEmpty
            ? "the collection products has no vectors"
            : "the vectors of the collection products have names, and one without a name is needed"
    }

    // MARK: Collections

    private func makeProfiles(size: Int) async throws(StoreError) {
        if let info = try await server.sendIfThere(.collection(QdrantLayout.profiles)) {
            return try await finish(.profiles(QdrantLayout.profiles), info, size, .cosine)
        }
        try await make(.profiles(QdrantLayout.firstProfiles), size: size)
        // Who comes second does the same.
        _ = try await server.send(
            .changeAliases([.create(QdrantLayout.profiles, of: QdrantLayout.firstProfiles)]))
    }

    /// What was learned before the vectors had another size follows from the graph, and is learned anew.
    private func makeLearned(size: Int) async throws(StoreError) {
        let known = try await server.sendIfThere(.collection(QdrantLayout.learned))?.vectors
        if let known, known.size != size { _ = try await server.send(.deleteCollection(QdrantLayout.learned)) }
        try await make(.learned, size: size)
    }

    private func make(
        _ collection: OwnCollection, size: Int, distance: QdrantDistance = .cosine
    ) async throws(StoreError) {
        if let info = try await server.sendIfThere(.collection(collection.name)) {
            return try await finish(collection, info, size, distance)
        }
        do throws(QdrantError) {
            _ = try await server.driver.send(
                .createCollection(collection.name, QdrantCollection(size: size, distance: distance)))
            notify(.created(collection: collection.name, size: size))
        } catch {
            // Another process was faster, or the answer of the first attempt was lost.
            guard error.mayBeThere else { throw StoreError(error) }
        }
        try await finish(collection, server.send(.collection(collection.name)), size, distance)
    }

    /// Checks what is there, and makes indexes that are missing, as when a process was killed in between.
    private func finish(
        _ collection: OwnCollection, _ info: QdrantCollectionInfo, _ size: Int, _ distance: QdrantDistance
    ) async throws(StoreError) {
        try check(info, of: collection.name, size, distance)
        for (key, index, kind) in collection.indexes {
            guard let there = info.indexes[key] else {
                _ = try await server.send(.createIndex(of: key, index, in: collection.name))
                continue
            }
            guard there == kind else {
                throw StoreError(
                    .unavailable,
                    "the collection \(collection.name) has an index of \(key) for \(there), and one for \(kind) is needed; "
                        + "delete it (DELETE /collections/\(collection.name)/index/\(key)), and it is made as needed")
            }
        }
    }

    private func check(
        _ info: QdrantCollectionInfo, of name: String, _ size: Int, _ distance: QdrantDistance
    ) throws(StoreError) {
        guard let vectors = info.vectors else {
            throw StoreError(
                .unavailable,
                "the vectors of the collection \(name) have names, so that it is another program's; rename or delete it"
            )
        }
        guard vectors.size == size else {
            throw StoreError(
                .unavailable,
                "the collection \(name) has vectors of \(vectors.size) numbers, and the catalogue or --vector-size asks for "
                    + "\(size); set --vector-size \(vectors.size), or delete the collection and bring the events over again"
            )
        }
        guard vectors.distance == distance else {
            throw StoreError(
                .unavailable,
                "the collection \(name) compares vectors by \(vectors.distanceName), and \(distance.rawValue) is needed; "
                    + "rename or delete it")
        }
    }
}
