public import JSON

/// What a collection is, and how it is. A value; safe to use from any thread.
public struct QdrantCollectionInfo: Sendable, Hashable {
    /// Vectors of one kind.
    public struct Vectors: Sendable, Hashable {
        /// How many numbers a vector has.
        public let size: Int
        /// How near vectors are to each other; nil for a distance that this client does not know.
        public let distance: QdrantDistance?
        /// The name of the distance, as the server writes it.
        public let distanceName: String
    }

    /// `green`, `yellow` while it is optimised, `grey` when that waits for a write, `red` after a failure.
    public internal(set) var status = ""
    /// How many points there are, by the server's estimate; nil where it gives none.
    public internal(set) var pointsCount: Int?
    /// How many vectors the search index has; nil where the server does not say it.
    public internal(set) var indexedVectorsCount: Int?
    /// The vectors without a name; nil where all have names.
    public internal(set) var vectors: Vectors?
    /// Vectors by their names.
    public internal(set) var namedVectors: [String: Vectors] = [:]
    /// The kinds of the payload's indexes, such as `integer`, by their keys.
    public internal(set) var indexes: [String: String] = [:]
    /// The settings, as the server writes them.
    public internal(set) var configuration: JSONValue = .null
}

/// A further name of a collection. A value; safe to use from any thread.
public struct QdrantAlias: Sendable, Hashable {
    /// The further name.
    public let name: String
    /// The collection.
    public let collection: String
}

/// The servers that belong together. A value; safe to use from any thread.
public struct QdrantCluster: Sendable, Hashable {
    /// Whether the server is one of a cluster.
    public internal(set) var isEnabled = false
    /// The number of the server that has answered.
    public internal(set) var peer: UInt64?
    /// The addresses under which the servers know each other, by their numbers.
    public internal(set) var peers: [UInt64: String] = [:]
}

extension QdrantAnswerReader {
    mutating func collection() throws(QdrantError) -> QdrantCollectionInfo {
        var info = QdrantCollectionInfo()
        try object { reader, key throws(QdrantError) in
            switch key {
            case "status": info.status = try reader.string()
            case "points_count": info.pointsCount = try reader.count()
            case "indexed_vectors_count": info.indexedVectorsCount = try reader.count()
            case "config": info.configuration = try reader.tree()
            case "payload_schema": info.indexes = try reader.indexes()
            default: try reader.skip()
            }
        }
        guard !info.status.isEmpty, case .object(let members) = info.configuration,
            case .object(let parameters) = members["params"]
        else { throw malformed("a collection without status or parameters") }
        if case .object(let vectors) = parameters["vectors"] {
            if let plain = QdrantCollectionInfo.Vectors(vectors) {
                info.vectors = plain
            } else {
                for case (let name, .object(let members)) in vectors {
                    info.namedVectors[name] = QdrantCollectionInfo.Vectors(members)
                }
            }
        }
        return info
    }

    private mutating func indexes() throws(QdrantError) -> [String: String] {
        if try skipNull() { return [:] }
        var indexes: [String: String] = [:]
        try object { reader, key throws(QdrantError) in
            indexes[key] = try reader.member("data_type") { reader throws(QdrantError) in try reader.string() }
        }
        return indexes
    }

    mutating func alias() throws(QdrantError) -> QdrantAlias {
        var name: String?
        var collection: String?
        try object { reader, key throws(QdrantError) in
            switch key {
            case "alias_name": name = try reader.string()
            case "collection_name": collection = try reader.string()
            default: try reader.skip()
            }
        }
        guard let name, let collection else { throw malformed("an alias without name or collection") }
        return QdrantAlias(name: name, collection: collection)
    }

    mutating func cluster() throws(QdrantError) -> QdrantCluster {
        var cluster = QdrantCluster()
        var status: String?
        try object { reader, key throws(QdrantError) in
            switch key {
            case "status": status = try reader.string()
            case "peer_id": cluster.peer = try reader.unsigned()
            case "peers":
                try reader.object { reader, key throws(QdrantError) in
                    guard let number = UInt64(key) else { throw reader.malformed("expected the number of a server") }
                    cluster.peers[number] = try reader.member("uri") { reader throws(QdrantError) in try reader.string()
                    }
                }
            default: try reader.skip()
            }
        }
        guard let status else { throw malformed("a cluster without status") }
        cluster.isEnabled = status == "enabled"
        return cluster
    }
}

extension QdrantCollectionInfo.Vectors {
    fileprivate init?(_ members: [String: JSONValue]) {
        guard case .integer(let size) = members["size"], size > 0, case .string(let distance) = members["distance"]
        else {
            return nil
        }
        self.init(size: Int(clamping: size), distance: QdrantDistance(rawValue: distance), distanceName: distance)
    }
}
