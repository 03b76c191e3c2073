// What stands in the maps of requests, by version.

extension Request.Hello {
    func entries(_ version: BoltVersion) -> BoltMap {
        var entries: BoltMap = ["user_agent": .string(client.userAgent)]
        if version.hasAgent {
            var agent: BoltMap = ["product": .string(client.product), "language": "Swift"]
            if let platform = client.platform { agent.add("platform", .string(platform)) }
            entries.add("bolt_agent", .map(agent))
        }
        if let routing { entries.add("routing", .map(routing)) }
        notifications?.add(to: &entries, version)
        if version < BoltVersion(5, 0) { entries.add("patch_bolt", ["utc"]) }
        if !version.hasLogon { entries.entries += authentication.all.entries }
        return entries
    }
}

extension Authentication {
    /// The map of LOGON.
    var all: BoltMap { BoltMap([BoltMap.Entry("scheme", .string(scheme))] + entries.entries) }
}

extension NotificationFilter {
    fileprivate func add(to entries: inout BoltMap, _ version: BoltVersion) {
        guard version.hasNotificationFilter else { return }
        if let minimumSeverity { entries.add("notifications_minimum_severity", .string(minimumSeverity)) }
        if let disabledClassifications {
            let key = version.hasClassifications ? "classifications" : "categories"
            entries.add("notifications_disabled_\(key)", .list(disabledClassifications.map { .string($0) }))
        }
    }
}

extension TransactionOptions {
    func entries(_ version: BoltVersion) -> BoltMap {
        var entries = BoltMap()
        if !bookmarks.isEmpty { entries.add("bookmarks", .list(bookmarks.map { .string($0) })) }
        if let milliseconds = timeoutMilliseconds { entries.add("tx_timeout", .integer(milliseconds)) }
        if !metadata.isEmpty { entries.add("tx_metadata", .map(metadata)) }
        if mode == .read { entries.add("mode", "r") }
        if let database { entries.add("db", .string(database)) }
        if let impersonatedUser { entries.add("imp_user", .string(impersonatedUser)) }
        notifications?.add(to: &entries, version)
        return entries
    }
}

extension Request.Route {
    var entries: BoltMap {
        var entries = BoltMap()
        if let database { entries.add("db", .string(database)) }
        if let impersonatedUser { entries.add("imp_user", .string(impersonatedUser)) }
        return entries
    }
}

extension Request.Demand {
    /// The count has no default: a server refuses a demand without it.
    func entries() throws(BoltWireError) -> BoltMap {
        if let count, count < 1 {
            throw BoltWireError(.notEncodable, "a demand of \(count) records; the least is one")
        }
        var entries: BoltMap = ["n": .integer(count ?? -1)]
        if let queryID { entries.add("qid", .integer(queryID)) }
        return entries
    }
}

extension BoltMap {
    fileprivate mutating func add(_ key: String, _ value: BoltValue) {
        entries.append(Entry(key, value))
    }
}
