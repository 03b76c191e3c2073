import Events
import JSON

/// What a backup holds.
package struct BackupReport: Report, Sendable {
    private let folder: String
    private let manifest: BackupManifest
    private let duration: Duration
    /// Parts that are on servers, and so not in the backup.
    private var elsewhere: [String] = []

    init(folder: String, manifest: BackupManifest, duration: Duration) {
        self.folder = folder
        self.manifest = manifest
        self.duration = duration
    }

    /// Makes a backup of the data folder of `backEnds`.
    ///
    /// - Parameters:
    ///   - destination: A folder that does not exist yet.
    ///   - progress: Is told the name of each part before it is copied.
    /// - Throws: ``BackupFailure``; the error of a part that cannot be opened or copied.
    package static func backUp(
        _ backEnds: BackEnds, to destination: String, _ progress: (String) -> Void
    ) async throws -> BackupReport {
        let backup = DataFolderBackup(of: backEnds.dataDirectory, to: destination)
        var report = try await backup.run(now: .now, progress)
        let parts = [("broker", backEnds.broker), ("graph", backEnds.graph), ("vectors", backEnds.vectors)]
        report.elsewhere = parts.filter { $0.1 != .embedded }.map { "the \($0.0) at \($0.1)" }
        return report
    }

    /// One JSON object.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("folder", folder)
            json.member("files", manifest.files.count)
            json.member("bytes", manifest.bytes)
            json.member("seconds", duration / .seconds(1))
            json.key("not_included")
            json.array { json in for part in elsewhere { json.string(part) } }
        }
        return json.bytes
    }

    package var text: String {
        var text =
            "\(folder): \(manifest.files.count) files, \(manifest.bytes.shownAsSize), \(duration.inSeconds) s\n"
        for part in elsewhere { text += "not in it: \(part); use the server's own backups for that\n" }
        return text
    }
}

/// What was restored.
package struct RestoreReport: Report, Sendable {
    private let folder: String
    private let manifest: BackupManifest
    var duration = Duration.zero
    /// Interactions of the graph; nil where the backup has none.
    var interactions: Int?
    /// Interactions of the profiles; nil where the backup has none.
    var vectors: Int?

    init(folder: String, manifest: BackupManifest) {
        self.folder = folder
        self.manifest = manifest
    }

    /// Restores a backup into the data folder of `backEnds`, which is empty or does not exist.
    ///
    /// - Parameter progress: Is told the name of each file before it is copied.
    /// - Throws: ``BackupFailure``; the error of a part that cannot be opened, such as one of a later release.
    package static func restore(
        _ backup: String, into backEnds: BackEnds, _ progress: (String) -> Void
    ) async throws -> RestoreReport {
        try await DataFolderRestore(of: backup, into: backEnds.dataDirectory).run(progress)
    }

    /// One JSON object.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("folder", folder)
            json.member("backed_up_at", "\(manifest.beganAt)")
            json.member("made_by", manifest.program)
            json.member("files", manifest.files.count)
            json.member("bytes", manifest.bytes)
            if let interactions { json.member("interactions", interactions) }
            if let vectors { json.member("vectors", vectors) }
            json.member("seconds", duration / .seconds(1))
        }
        return json.bytes
    }

    package var text: String {
        var text = "\(folder): \(manifest.files.count) files, \(manifest.bytes.shownAsSize), backed up at "
        text += "\(manifest.beganAt) by release \(manifest.program), \(duration.inSeconds) s\n"
        if let interactions { text += "\(interactions) interactions in the graph\n" }
        if let vectors { text += "\(vectors) interactions in the profiles\n" }
        return text + "what waits in the queues is written when serve or workers run on the folder\n"
    }
}

extension Int64 {
    /// A number of bytes for people, such as `12.3 MiB`.
    fileprivate var shownAsSize: String {
        guard self >= 1 << 20 else { return "\((self + 1_023) / 1_024) KiB" }
        let tenths = self * 10 / (1 << 20)
        return "\(tenths / 10).\(tenths % 10) MiB"
    }
}
