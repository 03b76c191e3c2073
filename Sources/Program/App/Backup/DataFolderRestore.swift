import Platform

/// Makes a data folder out of a backup.
///
/// The files lie in a folder within the new one until they are copied, compared with what was backed up, and opened. As
/// long as that is there, no command uses the data folder, and another restore begins anew.
struct DataFolderRestore: Sendable {
    /// The name of that folder.
    static let unfinished = ".restoring"
    /// What may be in a folder that counts as empty: the mark of a volume that was just made.
    private static let ignored = ["lost+found"]

    private let backup: String
    private let destination: String
    private let staging: String
    private let copier = FileCopier()

    /// - Parameter dataDirectory: A folder that is empty, or does not exist.
    init(of backup: String, into dataDirectory: String) {
        self.backup = backup
        destination = dataDirectory
        staging = "\(dataDirectory)/\(Self.unfinished)"
    }

    /// Restores the folder. After an error nothing uses it, and another call begins anew.
    ///
    /// - Parameter progress: Is told the name of each file before it is copied.
    /// - Throws: ``BackupFailure``; the error of a part that cannot be opened, such as one of a later release.
    func run(_ progress: (String) -> Void) async throws -> RestoreReport {
        let began = ContinuousClock.now
        let manifest = try readManifest()
        try makeRoom()
        for file in manifest.files {
            progress(file.name)
            let copy = try await copier.copy("\(backup)/\(file.name)", to: "\(staging)/\(file.name)", as: file.name)
            guard copy == file else {
                throw BackupFailure(
                    "\(backup)/\(file.name) \(copy == nil ? "is missing" : "is not as it was backed up"): take another "
                        + "backup")
            }
        }
        var report = RestoreReport(folder: destination, manifest: manifest)
        for database in DataFolder.databases where FileSystem.exists("\(staging)/\(database.path)") {
            let count = try await database.checkOpening(in: staging)
            if database == .graph { report.interactions = count }
            if database == .profiles { report.vectors = count }
        }
        for name in try FileSystem.list(staging) {
            try FileSystem.rename("\(staging)/\(name)", to: "\(destination)/\(name)")
        }
        try FileSystem.remove(staging)
        try FileSystem.synchronize(destination)
        report.duration = began.duration(to: .now)
        return report
    }

    private func readManifest() throws -> BackupManifest {
        let path = "\(backup)/\(BackupManifest.fileName)"
        guard FileSystem.exists(path) else {
            throw BackupFailure("\(backup) is not a backup: it has no \(BackupManifest.fileName)")
        }
        return try BackupManifest(try FileSystem.contents(of: path), path: path)
    }

    /// - Throws: ``BackupFailure`` for a folder with anything in it that does not come from a restore.
    private func makeRoom() throws {
        try FileSystem.createDirectory(destination)
        let names = try FileSystem.list(destination).filter { !Self.ignored.contains($0) }
        if names.contains(Self.unfinished) {
            // All of it comes from a restore that was broken off: nothing else uses such a folder.
            for name in names where name != Self.unfinished { try FileSystem.removeTree("\(destination)/\(name)") }
            try FileSystem.removeTree(staging)
        } else if let name = names.first {
            throw BackupFailure(
                "\(destination) is not empty (\(name) is in it); name an empty folder with --data-dir: nothing is written "
                    + "over")
        }
        try FileSystem.createDirectory(staging)
    }
}
