import Events
import HTTPAPI
import JSON
import Observability
import Platform

/// Keeps what operators did over HTTP: a line of JSON for each action, at the end of a file of the data folder, and a line of
/// the log. Bodies are never in it.
///
/// A file that has grown to 16 MiB becomes `audit.1.ndjson`, in place of the one before: at most twice as much is kept. Safe
/// to use from any thread; several processes may write to one data folder.
final class AuditLog: Sendable {
    static let maximumByteCount = 16 << 20

    private let path: String
    private let maximumByteCount: Int
    private let now: @Sendable () -> Timestamp
    private let log: Log

    init(
        path: String, log: Log, maximumByteCount: Int = AuditLog.maximumByteCount,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.path = path
        self.maximumByteCount = maximumByteCount
        self.now = now
        self.log = log
    }

    /// Writes an action. A failure is a line of the log: an action that was done cannot be undone for it.
    func write(_ action: HTTPAPI.Action) {
        log(
            .info, "an operator's action",
            [
                "caller": action.caller, "address": action.address, "method": action.method, "path": action.path,
                "status": "\(action.status)",
            ])
        var json = JSONWriter()
        json.object { json in
            json.member("time", "\(now())")
            json.member("caller", action.caller)
            json.member("address", action.address)
            json.member("method", action.method)
            json.member("path", action.path)
            json.member("parameters", action.parameters)
            json.member("status", action.status)
        }
        do throws(SystemError) {
            // Two processes that both find the file full would move the new one over the old one.
            let lock = try FileLock(path: "\(path).lock")
            try lock.lock()
            defer { lock.unlock() }
            if let size = try FileSystem.size(path), size >= maximumByteCount {
                try FileSystem.rename(path, to: Self.rotated(path))
            }
            try FileSystem.append(json.bytes + [UInt8(ascii: "\n")], to: path)
        } catch {
            log(.error, "an operator's action is missing in the audit log", ["error": "\(error)"])
        }
    }

    /// The name of the file that is kept beside `path`.
    static func rotated(_ path: String) -> String {
        path.hasSuffix(".ndjson") ? "\(path.dropLast(7)).1.ndjson" : "\(path).1"
    }
}
