import Embedded
import Events
import Foundation
import Stores
import TestSupport
import Testing

/// Whether what was answered with 200 is in both stores, once.
enum Audit {
    static func waitUntilQueuesAreEmpty(port: UInt16) async throws {
        try await eventually("the queues are empty") {
            let client = try RawClient(port: port)
            let health = client.request("GET", "/rabbitmq/health")?.object
            guard let queues = health?["queues"] as? [String: [String: Int]] else { return false }
            let spool = health?["spool"] as? [String: Any]
            return queues.values.allSatisfy { $0["messages"] == 0 } && spool?["messages"] as? Int ?? 0 == 0
        }
    }

    /// Waits until both stores have as many events as were accepted, for a broker that does not count what consumers
    /// hold.
    static func waitUntilWritten(_ directory: String, _ account: Poster.Account) async throws {
        let graph = try await EmbeddedGraphStore.open(directory: directory)
        let profiles = try await EmbeddedProfileStore.open(directory: directory)
        var written = 0
        try await eventually(
            "\(written) of \(account.accepted.count) events in both stores", within: .seconds(90)
        ) {
            written = min(try await graph.statistics().interactions, try await profiles.statistics().vectors)
            return written >= account.accepted.count
        }
        await graph.close()
        await profiles.close()
    }

    static func check(_ directory: String, _ account: Poster.Account) async throws {
        let accepted = account.accepted.compactMap { EventID($0) }
        let sent = account.sent.compactMap { EventID($0) }
        let graph = try await EmbeddedGraphStore.open(directory: directory)
        let inGraph = try await graph.occurrences(of: sent)
        #expect(accepted.filter { inGraph[$0] == nil } == [], "lost in the graph")
        #expect(inGraph.filter { $0.value != 1 }.isEmpty, "doubled in the graph")
        #expect(try await graph.statistics().interactions == inGraph.count, "nothing that was not sent")

        let profiles = try await EmbeddedProfileStore.open(directory: directory)
        let inVectors = try await profiles.occurrences(of: sent)
        #expect(accepted.filter { inVectors[$0] == nil } == [], "lost in the vectors")
        #expect(inVectors.filter { $0.value != 1 }.isEmpty, "doubled in the vectors")
        #expect(Set(inVectors.keys).symmetricDifference(inGraph.keys).isEmpty, "both stores hold the same events")
        var counted = 0
        for user in 1...40 { counted += try await profiles.profile(of: Int64(user))?.interactions ?? 0 }
        #expect(counted == inVectors.count, "no profile counts an event twice")
        await graph.close()
        await profiles.close()
    }
}
