import BoltClient
import BoltWire
import Connections
import EventLoops
import Synchronization
import TestSupport
import Testing

/// Three members that agree on who leads, and what their clients have written.
private final class Cluster: Sendable {
    enum Change: String, CaseIterable, Sendable {
        /// Another member leads, and tables say so.
        case leader
        /// Tables go on to name the old leader for a while.
        case staleTable
        /// Tables name no writer for a while.
        case noWriter
        /// The leader dies.
        case death
        /// The leader dies, and all routers that the tables named do not answer: only the seed knows more.
        case onlySeed
        /// Each tenth commit is done, and its answer lost.
        case lostCommits
    }

    private struct State {
        var addresses: [String] = []
        var leader = 0
        /// How many tables are still wrong.
        var wrongTables = 0
        /// What a connection's transaction has written, by member and connection.
        var open: [[Int]: [Int]] = [:]
        /// How often each id was committed.
        var commits: [Int: Int] = [:]
        var commitCount = 0
        var isChanged = false
    }

    let change: Change
    private let state = Mutex(State())
    static let idsBefore = 30

    init(_ change: Change) { self.change = change }

    var commits: [Int: Int] { state.withLock(\.commits) }
    var leader: Int { state.withLock(\.leader) }

    func open(_ addresses: [String]) { state.withLock { $0.addresses = addresses } }

    /// Makes another member the leader.
    func elect() {
        state.withLock { state in
            state.leader = 1
            state.isChanged = true
            state.wrongTables = change == .staleTable || change == .noWriter ? 3 : 0
        }
    }

    func answer(_ member: Int, _ message: BoltStructure, _ connection: Int) -> Answer? {
        state.withLock { state in
            let place = [member, connection]
            switch message.name {
            case "ROUTE": return table(&state)
            case "BEGIN": state.open[place] = []
            case "RUN":
                guard member == state.leader else { return .failure("Neo.ClientError.Cluster.NotALeader") }
                if let id = message.fields[1].map?["id"]?.integer { state.open[place, default: []].append(id) }
            case "COMMIT":
                guard member == state.leader else { return .failure("Neo.ClientError.Cluster.NotALeader") }
                for id in state.open.removeValue(forKey: place) ?? [] { state.commits[id, default: 0] += 1 }
                state.commitCount += 1
                if change == .lostCommits, state.commitCount.isMultiple(of: 10) { return .cut }
            case "RESET": state.open[place] = nil
            default: break
            }
            return nil
        }
    }

    private func table(_ state: inout State) -> Answer {
        let isWrong = state.wrongTables > 0
        if isWrong { state.wrongTables -= 1 }
        let old = [state.addresses[0]]
        let writers = isWrong ? (change == .noWriter ? [] : old) : [state.addresses[state.leader]]
        let routers = change == .onlySeed && !state.isChanged ? old : state.addresses
        return .table(routers: routers, readers: state.addresses, writers: writers)
    }
}

/// Writers while a cluster changes.
@Suite("A cluster") struct ClusterTests {
    @Test("writes go on whatever changes, and none is lost or done twice", arguments: Cluster.Change.allCases)
    fileprivate func changes(_ change: Cluster.Change) async throws {
        let cluster = Cluster(change)
        try await ScriptedServer.with(count: 3) {
            cluster.answer($0, $1, $2)
        } _: { servers in
            cluster.open(servers.map(\.address))
            let driver = try servers[2].driver("neo4j") { $0.pool.members = 4 }
            try await write(0..<Cluster.idsBefore, driver)
            #expect(cluster.commits.count == Cluster.idsBefore)
            let writing = Task { try await write(Cluster.idsBefore..<100, driver) }
            try await eventually("the second half is under way") { cluster.commits.count > Cluster.idsBefore + 10 }
            if change != .lostCommits { cluster.elect() }
            if change == .death || change == .onlySeed { servers[0].stop() }
            try await writing.value
            await driver.close()

            let commits = cluster.commits
            #expect(commits.keys.sorted() == Array(0..<100))
            // Twice only where the answer to the first COMMIT was lost.
            let repeated = commits.values.count { $0 > 1 }
            if change == .lostCommits { #expect(repeated >= 9) }
            if ![.lostCommits, .death, .onlySeed].contains(change) { #expect(repeated == 0) }
        }
    }

    /// Writes ids, four at a time, each in a transaction.
    private func write(_ ids: Range<Int>, _ driver: BoltDriver) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for first in 0..<4 {
                group.addTask {
                    for id in ids where id % 4 == first {
                        try await driver.transaction(isIdempotent: true) { transaction throws(BoltError) in
                            try await transaction.execute(BoltQuery("write", ["id": .integer(id)]))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("where no leader is found until the time is up, the reason is told")
    func noLeader() async throws {
        try await ScriptedServer.with { message, _ in
            message.name == "RUN" ? .failure("Neo.ClientError.Cluster.NotALeader") : nil
        } _: { member in
            try await ScriptedServer.withRouter(to: member.address) { router in
                let driver = try router.driver("neo4j") { $0.retryTimeout = .seconds(2) }
                let error = await failure {
                    try await driver.transaction { tx throws(BoltError) in _ = try await tx.execute(BoltQuery("write"))
                    }
                }
                #expect(error?.failure?.code == "Neo.ClientError.Cluster.NotALeader")
                #expect(router.count("ROUTE") == member.count("RUN"))
                #expect(member.count("RUN") > 2)
                await driver.close()
            }
        }
    }

    @Test("the caller who asks for the table may be cancelled: the others get it all the same")
    func cancelledFetch() async throws {
        let end = Latch<Void>()
        let members = Mutex<[String]>([])
        try await ScriptedServer.with(count: 1) { _, message, _ in
            guard message.name == "ROUTE" else { return nil }
            return .own { peer in
                await end.wait()
                let members = members.withLock { $0 }
                if case .send(let answer) = Answer.table(routers: members, readers: members, writers: members) {
                    try await peer.send(messages: answer.map { .message($0) })
                }
            }
        } _: { servers in
            members.withLock { $0 = [servers[0].address] }
            let driver = try servers[0].driver("neo4j")
            let first = Task { try await driver.execute("first") }
            try await eventually("the table is asked for") { servers[0].messages.contains("ROUTE") }
            let second = Task { try await driver.execute("second") }
            first.cancel()
            #expect(await failure { _ = try await first.value }?.code == .closed)
            end.set(())
            _ = try await second.value
            #expect(servers[0].count("ROUTE") == 1)
            #expect(servers[0].count("RUN") == 1)
            await driver.close()
        }
    }

    @Test("while one database's table is being asked for, another one's is used")
    func slowFetch() async throws {
        let end = Latch<Void>()
        try await ScriptedServer.with { member in
            try await ScriptedServer.with { message, _ in
                guard message.name == "ROUTE" else { return nil }
                if message.fields[2].map?["db"] == "slow" { return .wait { await end.wait() } }
                return .table(routers: ["127.0.0.1:1"], readers: [member.address], writers: [member.address])
            } _: { router in
                let driver = try router.driver("neo4j")
                let slow = Task { try await driver.execute(BoltQuery("never"), TransactionOptions(database: "slow")) }
                try await eventually("the table is asked for") { router.messages.contains("ROUTE") }
                for _ in 0..<3 {
                    _ = try await driver.execute(BoltQuery("quick"), TransactionOptions(database: "quick"))
                }
                #expect(member.count("RUN") == 3)
                slow.cancel()
                #expect(await failure { _ = try await slow.value }?.code == .closed)
                end.set(())
                await driver.close()
            }
        }
    }

    @Test("a router whose login has expired is asked again over another connection")
    func expiredRouter() async throws {
        try await ScriptedServer.with { member in
            try await ScriptedServer.with { message, connection in
                guard message.name == "ROUTE" else { return nil }
                if connection == 1 { return .failure("Neo.ClientError.Security.AuthorizationExpired") }
                return .table(routers: ["127.0.0.1:1"], readers: [member.address], writers: [member.address])
            } _: { router in
                let driver = try router.driver("neo4j")
                _ = try await driver.execute(BoltQuery("write"), isIdempotent: true)
                #expect(router.count("ROUTE") == 2)
                #expect(router.connectionCount == 2)
                await driver.close()
            }
        }
    }

    @Test("a name is looked up at each connect, and each of its addresses is tried")
    func names() async throws {
        try await ScriptedServer.with { server in
            // The server has no ::1, which many systems give first.
            let driver = BoltDriver(try BoltURI.parse("bolt://localhost:\(server.port)"))
            _ = try await driver.execute("RETURN 1")
            await driver.close()
        }
    }
}
