public import JSON

/// How near vectors are to each other.
public enum QdrantDistance: String, Sendable, Hashable {
    /// By the angle between them; the server keeps them normalised.
    case cosine = "Cosine"
    /// By their product.
    case dot = "Dot"
    /// By the length of their difference.
    case euclid = "Euclid"
    /// By the sum of the differences of their numbers.
    case manhattan = "Manhattan"
}

/// What a new collection is to be. A value; safe to use from any thread.
public struct QdrantCollection: Sendable, Hashable {
    /// How many numbers a vector has.
    public var size: Int
    /// How near vectors are to each other.
    public var distance: QdrantDistance
    /// Whether vectors are read from disk, rather than kept in memory; nil for the server's default.
    public var isOnDisk: Bool?
    /// Further members of the request, as Qdrant's documentation writes them, such as `replication_factor`. Qdrant ignores
    /// those that it does not know.
    public var settings: [String: JSONValue]

    /// Makes a description.
    ///
    /// - Parameters:
    ///   - size: How many numbers a vector has, at least 1.
    ///   - distance: How near vectors are to each other.
    ///   - isOnDisk: Whether vectors are read from disk.
    ///   - settings: Further members of the request.
    public init(
        size: Int, distance: QdrantDistance = .cosine, isOnDisk: Bool? = nil, settings: [String: JSONValue] = [:]
    ) {
        self.size = size
        self.distance = distance
        self.isOnDisk = isOnDisk
        self.settings = settings
    }

    func write(_ json: inout JSONWriter) throws(QdrantError) {
        guard size >= 1 else { throw QdrantError(.unencodable, "vectors have at least one number, not \(size)") }
        guard settings["vectors"] == nil else {
            throw QdrantError(
                .unencodable, "the settings of a collection have vectors, which its size and distance are")
        }
        json.object { json in
            json.key("vectors")
            json.object { json in
                json.member("size", size)
                json.member("distance", distance.rawValue)
                if let isOnDisk { json.member("on_disk", isOnDisk) }
            }
            for (name, value) in settings { json.member(name, value) }
        }
    }
}

/// What an index of payloads holds.
public enum QdrantIndex: Sendable, Hashable {
    /// Texts that are compared as a whole.
    case keyword
    /// Whole numbers.
    case integer
    /// Numbers.
    case float
    /// True and false.
    case bool
    /// Times in RFC 3339.
    case datetime
    /// UUIDs.
    case uuid
    /// Texts of which words are looked for.
    case text
    /// Anything else, as Qdrant's documentation writes it, such as `{"type": "keyword", "is_tenant": true}`.
    case other(JSONValue)

    var schema: JSONValue {
        switch self {
        case .keyword: .string("keyword")
        case .integer: .string("integer")
        case .float: .string("float")
        case .bool: .string("bool")
        case .datetime: .string("datetime")
        case .uuid: .string("uuid")
        case .text: .string("text")
        case .other(let value): value
        }
    }
}

/// One change of the aliases.
public enum QdrantAliasChange: Sendable, Hashable {
    /// A new alias of a collection.
    case create(String, of: String)
    /// Removes an alias; none of that name is no error.
    case delete(String)
    /// Gives an alias another name.
    case rename(String, to: String)

    func write(_ json: inout JSONWriter) {
        json.object { json in
            switch self {
            case .create(let alias, let collection):
                json.member("create_alias", ["alias_name": alias, "collection_name": collection])
            case .delete(let alias): json.member("delete_alias", ["alias_name": alias])
            case .rename(let old, let new):
                json.member("rename_alias", ["old_alias_name": old, "new_alias_name": new])
            }
        }
    }
}
