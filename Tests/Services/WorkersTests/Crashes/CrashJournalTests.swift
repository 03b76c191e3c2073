import Messaging
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Workers

/// A process is a journal here: the kernel releases the lock of one that is let go as it does for one that dies.
@Suite struct CrashJournalTests {
    private let folder: TemporaryDirectory
    private let machine = Machine()

    init() throws {
        folder = try TemporaryDirectory()
        try FileSystem.createDirectory("\(folder.path)/\(CrashJournal.processFolder)")
    }

    private final class Machine: Sendable {
        let history = Mutex(MachineHistory(boot: "1", memoryKills: 0))
    }

    private func delivery(_ text: String) -> Delivery {
        Delivery(
            tag: DeliveryTag(epoch: 1, number: 1), message: Message(body: Array(text.utf8)), exchange: "events",
            routingKey: "user.event", redelivered: true)
    }

    private func process() throws -> CrashJournal {
        let journal = try CrashJournal(directory: folder.path) { [machine] in machine.history.withLock { $0 } }
        try journal.enter()
        return journal
    }

    /// Runs a process that dies after `body`; its file stays, as a killed process leaves it.
    private func die(_ body: (CrashJournal) throws -> Void) throws {
        let processes = "\(folder.path)/\(CrashJournal.processFolder)"
        let before = Set(try FileSystem.list(processes))
        var left: [String] = []
        try withExtendedLifetime(try process()) { journal in
            try body(journal)
            left = Set(try FileSystem.list(processes)).subtracting(before).filter { $0.hasSuffix(".lock") }
        }
        for name in left { try FileSystem.replace("\(processes)/\(name)", with: []) }
    }

    private func begin(_ text: String) throws -> Int {
        var deaths = 0
        try die { deaths = try $0.begin(delivery(text), queue: "q").deaths }
        return deaths
    }

    @Test("a process that ends by itself is no death, and what it gave back is no suspect")
    func end() throws {
        let alive = try process()
        let ending = try process()
        #expect(!alive.hasSeenDeath)
        ending.leave()
        #expect(!alive.hasSeenDeath)
        #expect(try !process().hasSeenDeath)
    }

    @Test("a death is seen by those that live and by the process that begins next, and by none that begins later")
    func death() throws {
        let alive = try process()
        try die { _ in }
        #expect(alive.hasSeenDeath)
        let next = try process()
        #expect(next.hasSeenDeath)
        let later = try process()
        #expect(!later.hasSeenDeath)
        #expect(alive.hasSeenDeath && next.hasSeenDeath)
    }

    @Test("a death that another process has found is seen, too")
    func foundByAnother() throws {
        let alive = try process()
        try die { _ in }
        let next = try process()
        #expect(alive.hasSeenDeath)
        next.leave()
    }

    @Test("a note that a death has left is enough")
    func note() throws {
        try die { _ = try $0.begin(delivery("a"), queue: "q") }
        try process().leave()
        let later = try process()
        #expect(later.hasSeenDeath)
        later.end(delivery("a"), queue: "q")
        #expect(!later.hasSeenDeath)
    }

    @Test("deaths with one event and without others count, one for each process")
    func counts() throws {
        #expect(try (0..<4).map { _ in try begin("a") } == [0, 1, 2, 3])
    }

    @Test("deaths while the machine runs out of memory, or is restarted, do not count")
    func machineIsToBlame() throws {
        for round in 0..<10 {
            #expect(try begin("a") == 0)
            machine.history.withLock { history in
                if round.isMultiple(of: 2) {
                    history.memoryKills += 1
                } else {
                    history = MachineHistory(boot: "boot-\(round)", memoryKills: 0)
                }
            }
        }
        #expect(try begin("a") == 0)
        #expect(try begin("a") == 1)
    }

    @Test("deaths between which a worker died with no event alone do not count")
    func othersDie() throws {
        for _ in 0..<5 {
            #expect(try begin("a") == 0)
            try die { _ in }
        }
        #expect(try begin("a") == 0)
        // The death of a process that was busy with another event alone is that event's.
        #expect(try begin("b") == 0)
        #expect(try begin("a") == 1)
    }

    @Test("a process that ends as it should is no death")
    func cleanEnd() throws {
        #expect(try begin("a") == 0)
        let clean = try process()
        clean.leave()
        #expect(try begin("a") == 1)
    }

    @Test("of two events that are suspect, one at a time is in progress in a process")
    func oneSuspectAtATime() throws {
        let journal = try process()
        #expect(journal.takeTurn())
        #expect(!journal.takeTurn())
        journal.endTurn()
        #expect(journal.takeTurn())
    }
}
