extension SQLiteError: CustomStringConvertible {
    /// What happened, where, and what to do next, for a log or a terminal. It has one line, unless the SQL has more,
    /// and quotes at most 500 characters of that.
    public var description: String {
        var text = message
        if let path { text += " [\(path)]" }
        if let sql { text += " in: \(sql.prefix(500))" }
        if extendedResultCode != 0 { text += " (SQLite code \(extendedResultCode))" }
        if code == .gone {
            text +=
                "; it was removed or renamed, or its volume is no longer mounted. Put it back as it was, or restart the "
                + "program to go on with what is there now; nothing more is written"
        } else if isOutcomeUnknown {
            text += "; the disk failed during the commit, look up what was stored before repeating it"
        } else if let advice {
            text += "; \(advice)"
        }
        return text
    }

    private var advice: String? {
        switch code.kind {
        case .busy: "it can be tried again"
        case .overloaded: "it can be tried again when the pending work is done"
        case .full: "free space on the volume; nothing of it was stored, and it can be tried again"
        case .io: "check the disk and the kernel's log"
        case .corrupt:
            "stop the program, keep the file and its -wal as they are, and restore a backup or let `sqlite3 .recover` "
                + "make a copy; nothing was deleted"
        case .notADatabase: "name another file, or move this one away; nothing was changed"
        case .readOnly, .permission: "check who owns the file and its folder, and their permissions"
        case .cannotOpen: "check that the folder exists and may be written to"
        case .schemaTooNew: "use that newer version of the program, or name another file; nothing was changed"
        case .foreignApplication: "name another file; nothing was changed"
        case .outOfMemory: "it can be tried again when memory is free"
        case .closed, .constraint, .gone, .interrupted, .locked, .mismatch, .misuse, .tooBig, .other: nil
        }
    }
}
