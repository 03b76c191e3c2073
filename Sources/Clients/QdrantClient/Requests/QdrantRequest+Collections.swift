import HTTPMessages
public import JSON

extension QdrantRequest where Answer == Bool {
    /// Makes a collection. One of the same name that is there already is an error with `.conflict`, also when a driver lost
    /// the first answer: so this request is not repeated by itself.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - configuration: The size of its vectors, and more.
    public static func createCollection(_ name: String, _ configuration: QdrantCollection) -> QdrantRequest {
        QdrantRequest(.put, ["collections", name], isRepeatable: false) { json throws(QdrantError) in
            try configuration.write(&json)
        } read: { reader throws(QdrantError) in
            try reader.result { reader throws(QdrantError) in try reader.bool() }
        }
    }

    /// Deletes a collection with all points. The answer is false where there was none.
    ///
    /// - Parameter name: The name, which is no alias.
    public static func deleteCollection(_ name: String) -> QdrantRequest {
        QdrantRequest(.delete, ["collections", name]) { reader throws(QdrantError) in
            try reader.result { reader throws(QdrantError) in try reader.bool() }
        }
    }

    /// Changes settings of a collection.
    ///
    /// - Parameters:
    ///   - name: The name of the collection, or an alias.
    ///   - settings: The settings, as Qdrant's documentation writes them, such as `optimizers_config`.
    public static func changeCollection(_ name: String, _ settings: [String: JSONValue]) -> QdrantRequest {
        QdrantRequest(.patch, ["collections", name]) { json throws(QdrantError) in
            json.value(.object(settings))
        } read: { reader throws(QdrantError) in
            try reader.result { reader throws(QdrantError) in try reader.bool() }
        }
    }

    /// Asks whether a collection, or an alias, of this name exists.
    ///
    /// - Parameter name: The name.
    public static func collectionExists(_ name: String) -> QdrantRequest {
        QdrantRequest(.get, ["collections", name, "exists"]) { reader throws(QdrantError) in
            try reader.result { reader throws(QdrantError) in
                try reader.member("exists") { reader throws(QdrantError) in try reader.bool() }
            }
        }
    }

    /// Changes aliases, all together: no request sees a state in between.
    ///
    /// - Parameter changes: The changes, in their order.
    public static func changeAliases(_ changes: [QdrantAliasChange]) -> QdrantRequest {
        QdrantRequest(.post, ["collections", "aliases"]) { json throws(QdrantError) in
            json.object { json in
                json.key("actions")
                json.array { json in
                    for change in changes { change.write(&json) }
                }
            }
        } read: { reader throws(QdrantError) in
            try reader.result { reader throws(QdrantError) in try reader.bool() }
        }
    }

    /// Has an alias name another collection, from one request to the next; makes the alias where there is none.
    ///
    /// - Parameters:
    ///   - alias: The alias.
    ///   - collection: The collection.
    public static func pointAlias(_ alias: String, to collection: String) -> QdrantRequest {
        // Deleting an alias that does not exist is no error.
        changeAliases([.delete(alias), .create(alias, of: collection)])
    }
}

extension QdrantRequest where Answer == QdrantCollectionInfo {
    /// Reads what a collection is, and how it is.
    ///
    /// - Parameter name: The name of the collection, or an alias.
    public static func collection(_ name: String) -> QdrantRequest {
        QdrantRequest(.get, ["collections", name]) { reader throws(QdrantError) in
            try reader.result { reader throws(QdrantError) in try reader.collection() }
        }
    }
}

extension QdrantRequest where Answer == [String] {
    /// Reads the names of all collections.
    public static var collections: QdrantRequest {
        QdrantRequest(.get, ["collections"]) { reader throws(QdrantError) in
            try reader.result { reader throws(QdrantError) in
                try reader.list("collections") { reader throws(QdrantError) in
                    try reader.member("name") { reader throws(QdrantError) in try reader.string() }
                }
            }
        }
    }
}

extension QdrantRequest where Answer == [QdrantAlias] {
    /// Reads all aliases.
    ///
    /// - Parameter collection: Only those of this collection; nil for all.
    public static func aliases(of collection: String? = nil) -> QdrantRequest {
        QdrantRequest(
            .get, collection.map { ["collections", $0, "aliases"] } ?? ["aliases"]
        ) { reader throws(QdrantError) in
            try reader.result { reader throws(QdrantError) in
                try reader.list("aliases") { reader throws(QdrantError) in try reader.alias() }
            }
        }
    }
}

extension QdrantRequest where Answer == QdrantUpdate {
    /// Makes an index of the values at a key, or replaces it, also by one of another kind. Make indexes before there are
    /// points: links of the search index are made only for the fields that are indexed by then.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - kind: The kind of the values.
    ///   - collection: The name of the collection, or an alias.
    ///   - options: How the write is carried out.
    public static func createIndex(
        of key: String, _ kind: QdrantIndex, in collection: String, _ options: QdrantWriteOptions = QdrantWriteOptions()
    ) -> QdrantRequest {
        QdrantRequest(.put, ["collections", collection, "index"], query: options.query) { json throws(QdrantError) in
            json.object { json in
                json.member("field_name", key)
                json.member("field_schema", kind.schema)
            }
        } read: { reader throws(QdrantError) in
            try reader.result { reader throws(QdrantError) in try reader.update(waits: options.waits) }
        }
    }

    /// Removes the index of a key.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - collection: The name of the collection, or an alias.
    ///   - options: How the write is carried out.
    public static func deleteIndex(
        of key: String, in collection: String, _ options: QdrantWriteOptions = QdrantWriteOptions()
    ) -> QdrantRequest {
        QdrantRequest(.delete, ["collections", collection, "index", key], query: options.query) {
            reader throws(QdrantError) in
            try reader.result { reader throws(QdrantError) in try reader.update(waits: options.waits) }
        }
    }
}

extension QdrantRequest where Answer == String {
    /// Asks whether the process answers; needs no API key. The answer is a text for people.
    public static var health: QdrantRequest {
        QdrantRequest(.get, ["healthz"]) { reader throws(QdrantError) in reader.text }
    }

    /// Asks whether the server is ready to serve; needs no API key. Where it is not, an error with `.unavailable` says why.
    public static var readiness: QdrantRequest {
        QdrantRequest(.get, ["readyz"]) { reader throws(QdrantError) in reader.text }
    }

    /// Asks for the version, such as `1.18.3`; needs no API key.
    public static var version: QdrantRequest {
        QdrantRequest(.get, []) { reader throws(QdrantError) in
            let version = try reader.member("version") { reader throws(QdrantError) in try reader.string() }
            try reader.step { json throws(JSONSyntaxError) in try json.finish() }
            return version
        }
    }
}

extension QdrantRequest where Answer == QdrantCluster {
    /// Asks whether the server is one of a cluster, and which others there are.
    public static var cluster: QdrantRequest {
        QdrantRequest(.get, ["cluster"]) { reader throws(QdrantError) in
            try reader.result { reader throws(QdrantError) in try reader.cluster() }
        }
    }
}
