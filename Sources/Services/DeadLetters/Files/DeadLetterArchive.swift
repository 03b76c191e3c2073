package import EventLoops
import Events
import Gzip
import Platform

/// The folder in which letters lie that would have expired: files of letters, compressed, that `dlq import` takes.
package actor DeadLetterArchive: QueueActor {
    package nonisolated let executor = QueueExecutor(label: "archive")

    /// The folder, which is created with the first file.
    package nonisolated let directory: String
    private let limit: Int

    /// The ending of a file that is being written, or whose writer has died.
    static let unfinished = ".new"

    /// - Parameter limit: The most bytes of all files.
    package init(directory: String, limit: Int) {
        self.directory = directory
        self.limit = limit
    }

    /// Writes a file of these lines, and returns when it is on disk.
    ///
    /// - Returns: The name of the file; nil if the archive has no room for it.
    func add(_ lines: [UInt8], at moment: Timestamp) throws(SystemError) -> String? {
        let bytes = Gzip.compress(lines)
        guard try size() + bytes.count <= limit else { return nil }
        try FileSystem.createDirectory(directory)
        // Programs that share the folder, and files of one moment, have different names.
        let name = "letters-\(moment.microseconds)-\(UInt32.random(in: 0 ... .max)).ndjson.gz"
        let path = "\(directory)/\(name)"
        try FileSystem.append(bytes, to: path + Self.unfinished)
        try FileSystem.synchronize(path + Self.unfinished)
        try FileSystem.rename(path + Self.unfinished, to: path)
        return name
    }

    private func size() throws(SystemError) -> Int {
        guard FileSystem.exists(directory) else { return 0 }
        var bytes = 0
        for name in try FileSystem.list(directory) { bytes += try FileSystem.size("\(directory)/\(name)") ?? 0 }
        return bytes
    }
}
