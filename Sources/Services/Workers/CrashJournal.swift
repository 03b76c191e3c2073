import Crypto
import Messaging
package import Platform

/// Remembers beyond the death of a process which event that process was working on alone, so that an event that kills
/// its worker is given up after some crashes instead of killing workers for ever.
///
/// Keeps one small file per event in progress, in a folder that the processes of a machine share. Where workers run on
/// several machines, each machine counts for itself. Only redelivered events have a file.
package struct CrashJournal: Sendable {
    private let directory: String

    /// Opens the journal in that folder, which is created if it is missing.
    package init(directory: String) throws(SystemError) {
        try FileSystem.createDirectory(directory)
        self.directory = directory
    }

    /// Notes that the event is being processed, alone.
    ///
    /// - Returns: The number of processes that died while they processed the event.
    func begin(_ delivery: Delivery, queue: String) throws(SystemError) -> Int {
        let path = path(of: delivery, queue)
        // The size of the file is the number of attempts that did not end.
        let crashes = try FileSystem.size(path) ?? 0
        try FileSystem.append([UInt8(ascii: "+")], to: path)
        return crashes
    }

    /// Notes that the process outlived the event, whatever the outcome.
    func end(_ delivery: Delivery, queue: String) {
        // A file that stays behind counts one crash too many, no more.
        try? FileSystem.remove(path(of: delivery, queue))
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
