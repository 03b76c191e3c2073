import Embedded
import Events
import Platform
import Stores

/// Copies a data folder while processes work on it.
///
/// The databases are copied as they were at one moment, for which the queues stand still. An event that was accepted
/// before is then in the copy of the queues for each store that has not acknowledged it; and a store that has
/// acknowledged it had committed it, and so has it in its copy. What is in both is written once more after a restore,
/// which changes nothing.
struct DataFolderBackup: Sendable {
    private static let folders = ["archive", "replays"]

    private let source: String
    private let destination: String
    private let unfinished: String
    private let copier = FileCopier()

    /// - Parameter destination: A folder that does not exist yet.
    init(of dataDirectory: String, to destination: String) {
        source = dataDirectory
        self.destination = destination
        unfinished = destination + ".unfinished"
    }

    /// Makes the backup, which has its name only when it is whole and on the disk.
    ///
    /// - Parameter progress: Is told the name of each part before it is copied.
    /// - Throws: ``BackupFailure``; the error of a part that cannot be opened or copied.
    func run(now: Timestamp, _ progress: (String) -> Void) async throws -> BackupReport {
        let began = ContinuousClock.now
        guard FileSystem.isDirectory(source) else { throw BackupFailure("there is no data folder \(source)") }
        guard !FileSystem.exists(destination) else {
            throw BackupFailure("\(destination) exists already; name a folder that does not, for each backup its own")
        }
        // Of a backup that was broken off.
        try FileSystem.removeTree(unfinished)
        try FileSystem.createDirectory(unfinished)
        do {
            let manifest = BackupManifest(
                program: Version.current, beganAt: now, files: try await copyDatabases(progress) + copyFiles(progress))
            guard !manifest.files.isEmpty else { throw BackupFailure("\(source) holds nothing to back up") }
            try FileSystem.replace("\(unfinished)/\(BackupManifest.fileName)", with: manifest.json)
            try FileSystem.synchronize("\(unfinished)/\(BackupManifest.fileName)")
            try FileSystem.synchronize(unfinished)
            try FileSystem.rename(unfinished, to: destination)
            return BackupReport(
                folder: destination, manifest: manifest, duration: began.duration(to: .now))
        } catch {
            try? FileSystem.removeTree(unfinished)
            throw error
        }
    }

    /// Copies the databases as they were at one moment. The queues stand still only while snapshots are taken.
    private func copyDatabases(_ progress: (String) -> Void) async throws -> [BackupManifest.File] {
        try await Scope.with { scope in
            let databases = DataFolder.databases.filter { FileSystem.exists("\(source)/\($0.path)") }
            var takes: [@Sendable () async throws(StoreError) -> EmbeddedSnapshot] = []
            for database in databases { takes.append(try await database.open(in: source, &scope)) }
            var snapshots: [EmbeddedSnapshot] = []
            for take in takes { snapshots.append(scope.add(try await take()) { await $0.close() }) }
            for snapshot in snapshots { await snapshot.resumeWriters() }
            var files: [BackupManifest.File] = []
            for (database, snapshot) in zip(databases, snapshots) {
                progress(database.path)
                let copy = "\(unfinished)/\(database.path)"
                if let folder = FileSystem.parent(of: copy) { try FileSystem.createDirectory(folder) }
                try await snapshot.copy(to: copy)
                await snapshot.close()
                files.append(try await copier.entry(of: copy, as: database.path))
            }
            return files
        }
    }

    /// The files beside the databases, whose names are given once they are whole, or which only grow.
    private func copyFiles(_ progress: (String) -> Void) async throws -> [BackupManifest.File] {
        var names = try FileSystem.list(source).filter { $0.hasPrefix("audit.") || $0 == "debias.json" }
        for folder in Self.folders where FileSystem.exists("\(source)/\(folder)") {
            names += try FileSystem.list("\(source)/\(folder)").map { "\(folder)/\($0)" }
        }
        var files: [BackupManifest.File] = []
        for name in names where !name.hasSuffix(".unfinished") && !name.hasSuffix(".new") {
            progress(name)
            let file = try await copier.copy("\(source)/\(name)", to: "\(unfinished)/\(name)", as: name)
            if let file { files.append(file) }
        }
        return files
    }
}
