/// The product and version that a server tells of itself, as in `RabbitMQ/3.10.8`.
struct ServerVersion: Hashable {
    var product: String
    /// Major, minor, patch; what follows them is left out.
    var numbers: [Int]

    /// Nil if the text has no version.
    init?(_ name: String) {
        let parts = name.split(separator: "/", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        product = String(parts[0])
        numbers = parts[1].split(separator: ".", omittingEmptySubsequences: false).prefix(3)
            .map { $0.prefix { $0.isASCII && $0.isNumber } }.prefix { !$0.isEmpty }.compactMap { Int($0) }
        guard !numbers.isEmpty else { return nil }
    }

    /// Whether the version is below this one.
    func isBelow(_ other: Int...) -> Bool { numbers.lexicographicallyPrecedes(other) }
}

/// What is known of versions of servers: losses that newer ones have mended, and what this program needs.
enum KnownVersions {
    /// What a user of the version has to know, with what to do; nil for a version without known faults.
    ///
    /// Sources: release notes of RabbitMQ 4.1.5 and 4.2.0 (#14181, #14576), of 4.3.3 (#16652), and qdrant#9575.
    static func finding(_ name: String) -> Diagnosis.Finding? {
        guard let version = ServerVersion(name) else { return nil }
        switch version.product {
        case "RabbitMQ" where version.isBelow(3, 10):
            return .failure(
                "\(name) is older than what this program is tested with", remedy: "use RabbitMQ 3.10 or later")
        case "RabbitMQ" where version.isBelow(4, 1, 5):
            return .warning(
                "\(name) has known losses: a classic queue may lose a few messages when its store fails, a quorum queue "
                    + "may not publish again around a partition", remedy: "use 4.1.5, 4.2.0 or later")
        case "RabbitMQ" where !version.isBelow(4, 3) && version.isBelow(4, 3, 3):
            return .warning(
                "\(name) has a known fault: dead-lettering of quorum queues may stop for good when the members of a "
                    + "cluster change", remedy: "use 4.3.3 or later")
        case "Qdrant" where version.isBelow(1, 17):
            return .failure(
                "\(name) does not know update_mode, without which profiles cannot converge",
                remedy: "use Qdrant 1.19 or later; upgrade one minor version at a time")
        case "Qdrant" where version.isBelow(1, 19):
            return .warning(
                "\(name) has a known fault: a restart may bring back points that a filter has deleted",
                remedy: "use Qdrant 1.19 or later; upgrade one minor version at a time")
        case "Neo4j" where version.isBelow(5):
            return .failure("\(name) is older than what this program is tested with", remedy: "use Neo4j 5 or later")
        default: return nil
        }
    }
}
