import Crypto
import Messaging
package import Platform
import Synchronization

/// Remembers beyond the death of a process which event that process was working on alone, so that an event that kills
/// its worker is given up after some crashes instead of killing workers for ever.
///
/// A death counts against the event only when nothing else explains it (``CrashNote/Explanation``): a worker that is
/// killed again and again, whatever it works on, makes no event a dead letter.
///
/// Keeps one small file per event in progress, in a folder that the processes of a machine share, and one per process
/// with workers. Where workers run on several machines, each machine counts for itself. Only redelivered events have a
/// file. Safe to use from any thread.
package final class CrashJournal: Sendable {
    private let directory: String
    private let processes: ProcessRegister
    private let machine: @Sendable () -> MachineHistory
    /// Whether an event that a worker died with is in progress in this process. Of two at once, the innocent one would
    /// be counted with the other.
    private let isTurnTaken = Atomic(false)

    /// Opens the journal in that folder, which is created if it is missing.
    ///
    /// - Parameter machine: what happened to the machine until now.
    package init(
        directory: String, machine: @escaping @Sendable () -> MachineHistory = { .current() }
    ) throws(SystemError) {
        try FileSystem.createDirectory(directory)
        self.directory = directory
        self.machine = machine
        processes = ProcessRegister(directory: "\(directory)/\(Self.processFolder)")
    }

    /// The folder of the processes, beside the files of the events.
    static let processFolder = "processes"

    /// Notes that a worker of this process begins, and counts the processes that died since the last one began.
    func enter() throws(SystemError) {
        try processes.enter { (dead) throws(SystemError) in
            for name in try FileSystem.list(self.directory) where name != Self.processFolder {
                // A file that is removed meanwhile belongs to a process that lives.
                if let note = try? self.note("\(self.directory)/\(name)"), note.process == dead { return false }
            }
            return true
        }
    }

    /// Notes that a worker of this process ends.
    func leave() { processes.leave() }

    /// Whether a process with workers died, since this one began or shortly before: an event that comes again may then be the
    /// cause. Otherwise it comes again since a worker was stopped, or has lost its broker. A death on another machine is
    /// not seen: the event may kill one worker here in the middle of a batch, which is seen.
    var hasSeenDeath: Bool {
        if processes.hasSeenDeath { return true }
        // A note that a death has left, also one that was seen by a process which has ended since.
        return (try? FileSystem.list(directory).contains { $0 != Self.processFolder }) ?? true
    }

    /// Whether a worker died with this event and nothing else explained it, so that others go first.
    func isSuspect(_ delivery: Delivery, queue: String) -> Bool {
        FileSystem.exists(path(of: delivery, queue))
    }

    /// Takes the turn for an event that is suspect; false while another one has it.
    func takeTurn() -> Bool { !isTurnTaken.exchange(true, ordering: .acquiring) }

    /// Gives the turn back.
    func endTurn() { isTurnTaken.store(false, ordering: .releasing) }

    /// Notes that the event is being processed, alone.
    ///
    /// - Returns: The number of processes that died while they processed the event and of nothing else, and what
    ///   explains the last death otherwise.
    func begin(
        _ delivery: Delivery, queue: String
    ) throws(SystemError) -> (deaths: Int, explanation: CrashNote.Explanation?) {
        let path = path(of: delivery, queue)
        let now = CrashNote.Circumstances(machine: machine(), otherDeaths: processes.deaths)
        let (note, explanation) =
            try note(path)?.next(process: processes.name, now)
            ?? (CrashNote(process: processes.name, began: now), nil)
        try FileSystem.replace(path, with: Array(note.text.utf8))
        return (note.deaths, explanation)
    }

    /// Notes that the process outlived the event, whatever the outcome.
    func end(_ delivery: Delivery, queue: String) {
        // A file that stays behind counts one crash too many, no more.
        try? FileSystem.remove(path(of: delivery, queue))
    }

    private func note(_ path: String) throws(SystemError) -> CrashNote? {
        guard FileSystem.exists(path) else { return nil }
        return CrashNote(String(decoding: try FileSystem.contents(of: path), as: UTF8.self))
    }

    /// Events are identified by content: a redelivery has another tag, and an event that cannot be decoded has no id.
    private func path(of delivery: Delivery, _ queue: String) -> String {
        var hash = HashContext<SHA1>()
        hash.update(queue.utf8)
        hash.update([0])
        hash.update((delivery.message.properties.messageID ?? "").utf8)
        hash.update([0])
        hash.update(delivery.message.body)
        return "\(directory)/\(hash.finish())"
    }
}
