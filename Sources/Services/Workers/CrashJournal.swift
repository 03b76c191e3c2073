import Crypto
import Messaging
package import Platform

/// Remembers over the death of a process which event it was processing alone, so that an event that kills its worker
/// is given up after some crashes instead of killing workers for ever.
///
/// One small file an event while it is under way, in a folder that the processes of a machine share. Where workers run
/// on several machines, each counts for itself. Only events that were delivered before have one.
package struct CrashJournal: Sendable {
    private let directory: String

    /// A journal in that folder, which is made if it is missing.
    package init(directory: String) throws(SystemError) {
        try FileSystem.createDirectory(directory)
        self.directory = directory
    }

    /// Notes that the event is being processed, alone.
    ///
    /// - Returns: how many processes died while they did so.
    func begin(_ delivery: Delivery, queue: String) throws(SystemError) -> Int {
        let path = path(of: delivery, queue)
        // Its size is the number of attempts that did not end.
        let crashes = try FileSystem.size(path) ?? 0
        try FileSystem.append([UInt8(ascii: "+")], to: path)
        return crashes
    }

    /// Notes that the process outlived it, whatever became of the event.
    func end(_ delivery: Delivery, queue: String) {
        // A file that stays counts one crash too many, no more.
        try? FileSystem.remove(path(of: delivery, queue))
    }

    /// Told by content: a redelivery has another tag, and an event that cannot be decoded has no id.
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
