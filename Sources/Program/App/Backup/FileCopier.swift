import Crypto
import EventLoops
import Platform

/// Copies and hashes files, on a queue of its own.
actor FileCopier: QueueActor {
    nonisolated let executor = QueueExecutor(label: "backup")

    /// Copies a file as far as it goes now; the copy is on the disk on return.
    ///
    /// - Returns: The entry of the copy under `name`; nil if the file does not exist (any more).
    func copy(_ source: String, to destination: String, as name: String) throws(SystemError) -> BackupManifest.File? {
        var hash = HashContext<SHA256>()
        var bytes: Int64 = 0
        guard FileSystem.exists(source) else { return nil }
        if let folder = FileSystem.parent(of: destination) { try FileSystem.createDirectory(folder) }
        try FileSystem.copy(source, to: destination) { piece in
            hash.update(piece)
            bytes += Int64(piece.count)
        }
        return BackupManifest.File(name: name, bytes: bytes, digest: hash.finish().hexadecimal)
    }

    /// The entry of an existing file under `name`.
    func entry(of path: String, as name: String) throws(SystemError) -> BackupManifest.File {
        var hash = HashContext<SHA256>()
        var bytes: Int64 = 0
        try FileSystem.forEachPiece(of: path) { piece in
            hash.update(piece)
            bytes += Int64(piece.count)
        }
        return BackupManifest.File(name: name, bytes: bytes, digest: hash.finish().hexadecimal)
    }
}
