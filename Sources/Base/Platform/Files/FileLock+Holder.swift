import Glibc

/// The process that holds a lock.
package struct LockHolder: Hashable, Sendable, CustomStringConvertible {
    package let processID: Int32
    /// The name of its program, at most 15 bytes of it; nil if the process cannot be seen.
    package let command: String?
    /// Whether a signal (SIGSTOP, Ctrl-Z) or a debugger has stopped the process.
    package let isStopped: Bool

    package init(processID: Int32, command: String?, isStopped: Bool) {
        self.processID = processID
        self.command = command
        self.isStopped = isStopped
    }

    /// For example `process 4711 (debias-events)`.
    package var description: String {
        "process \(processID)" + (command.map { " (\($0))" } ?? "")
    }

    /// Reads the line of `/proc/PID/stat`: `4711 (name) T ...`, where the name may hold anything.
    init(processID: Int32, status: String?) {
        self.processID = processID
        guard let status, let open = status.firstIndex(of: "("), let close = status.lastIndex(of: ")"), open < close
        else {
            command = nil
            isStopped = false
            return
        }
        command = String(status[status.index(after: open)..<close])
        let state = status[status.index(after: close)...].first { $0 != " " }
        isStopped = state == "T" || state == "t"
    }
}

extension FileLock {
    /// Who holds the lock on `path` exclusively, this process included; nil if nobody does, or the holder cannot be seen
    /// from here because it runs in another container.
    ///
    /// Reads `/proc`: for the text of an error, not for decisions.
    package static func holder(path: String) -> LockHolder? {
        var status = stat()
        guard stat(path, &status) == 0, let content = try? FileSystem.contents(of: "/proc/locks") else { return nil }
        let table = String(decoding: content, as: UTF8.self)
        guard let processID = holder(of: UInt64(status.st_ino), on: UInt64(status.st_dev), table) else { return nil }
        return LockHolder(processID: processID, status: FileSystem.readSmallFile("/proc/\(processID)/stat"))
    }

    /// Finds the process in the text of `/proc/locks`, which has lines such as
    /// `3: FLOCK  ADVISORY  WRITE 19158 fe:00:16425272 0 EOF`; those that wait have `->` behind the number.
    static func holder(of inode: UInt64, on device: UInt64, _ table: String) -> Int32? {
        let place = "\(hex(major(device))):\(hex(minor(device)))"
        var elsewhere: Int32?
        for line in table.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count >= 6, fields[1] == "FLOCK", fields[3] == "WRITE", let processID = Int32(fields[4]),
                let colon = fields[5].lastIndex(of: ":"),
                UInt64(fields[5][fields[5].index(after: colon)...]) == inode
            else { continue }
            if fields[5][..<colon] == place { return processID }
            // Some file systems (overlayfs, btrfs) show another device here than to `stat`.
            elsewhere = elsewhere ?? processID
        }
        return elsewhere
    }

    private static func major(_ device: UInt64) -> UInt64 { (device >> 8) & 0xfff | (device >> 32) & ~0xfff }
    private static func minor(_ device: UInt64) -> UInt64 { device & 0xff | (device >> 12) & ~0xff }

    private static func hex(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return digits.utf8.count < 2 ? "0" + digits : digits
    }
}
