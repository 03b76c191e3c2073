import Events
import JSON

/// What a backup holds: its file `backup.json`, which is written last.
struct BackupManifest: Hashable, Sendable {
    /// A file of the data folder, as it is in the backup.
    struct File: Hashable, Sendable {
        /// The path within the folder.
        let name: String
        let bytes: Int64
        /// SHA-256, in hexadecimal digits.
        let digest: String
    }

    static let fileName = "backup.json"
    /// The arrangement of files that this release writes, and the latest that it reads. The databases among the files
    /// have versions of their own.
    static let currentFormat: Int64 = 1

    /// The release that made the backup.
    let program: String
    let beganAt: Timestamp
    let files: [File]

    init(program: String, beganAt: Timestamp, files: [File]) {
        self.program = program
        self.beganAt = beganAt
        self.files = files
    }

    /// Reads what ``json`` writes.
    ///
    /// - Parameter path: What the file is called in messages.
    /// - Throws: ``BackupFailure`` for anything else, and for a backup of a later format.
    init(_ json: [UInt8], path: String) throws(BackupFailure) {
        guard case .object(let members)? = try? JSONValue(parsing: json),
            case .integer(let format)? = members["format"], case .string(let program)? = members["made_by"]
        else { throw BackupFailure("\(path) is not the list of a backup's files") }
        guard format <= Self.currentFormat else {
            throw BackupFailure(
                "the backup was made by a newer release (\(program), format \(format)); this one knows formats up to "
                    + "\(Self.currentFormat): upgrade debias-events, then restore")
        }
        guard case .integer(let microseconds)? = members["began_at_us"], case .array(let entries)? = members["files"]
        else { throw BackupFailure("\(path) is not the list of a backup's files") }
        var files: [File] = []
        for entry in entries {
            guard case .object(let file) = entry, case .string(let name)? = file["name"],
                case .integer(let bytes)? = file["bytes"], case .string(let digest)? = file["sha256"],
                Self.isInside(name)
            else { throw BackupFailure("\(path) names a file that cannot be in a data folder") }
            files.append(File(name: name, bytes: bytes, digest: digest))
        }
        self.init(program: program, beganAt: Timestamp(microseconds: microseconds), files: files)
    }

    /// Whether a path stays within the folder that it is relative to.
    private static func isInside(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return !name.utf8.contains(0) && parts.allSatisfy { !["", ".", ".."].contains($0) }
    }

    var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("format", Self.currentFormat)
            json.member("made_by", program)
            json.member("began_at_us", beganAt.microseconds)
            json.member("began_at", "\(beganAt)")
            json.key("files")
            json.array { json in
                for file in files {
                    json.object { json in
                        json.member("name", file.name)
                        json.member("bytes", file.bytes)
                        json.member("sha256", file.digest)
                    }
                }
            }
        }
        return json.bytes
    }

    var bytes: Int64 { files.reduce(0) { $0 + $1.bytes } }
}
