import CSQLite

extension SQLiteError {
    /// The kind of a failure. Compare it with the static members: there may be new ones, so a `switch` needs a default.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        enum Kind: Hashable, Sendable {
            case busy, locked, full, io, corrupt, notADatabase, readOnly, cannotOpen, tooBig, mismatch, misuse
            case interrupted, outOfMemory, permission, closed, overloaded, schemaTooNew, foreignApplication
            case gone
            case constraint(Constraint)
            case other(Int32)
        }

        let kind: Kind

        /// Another process or connection holds the lock for longer than the busy timeout (SQLITE_BUSY). Transient.
        public static let busy = Code(kind: .busy)
        /// Another statement of this connection is in the way: a table is dropped while it is read (SQLITE_LOCKED).
        /// Transient.
        public static let locked = Code(kind: .locked)
        /// The volume, or the permitted size of the database, is full (SQLITE_FULL). Transient.
        public static let full = Code(kind: .full)
        /// The operating system failed to read or write (SQLITE_IOERR).
        public static let io = Code(kind: .io)
        /// The file is damaged (SQLITE_CORRUPT). Nothing is written to it from then on.
        public static let corrupt = Code(kind: .corrupt)
        /// The file is not an SQLite database (SQLITE_NOTADB).
        public static let notADatabase = Code(kind: .notADatabase)
        /// The file, or the connection of a reading job, may only be read (SQLITE_READONLY).
        public static let readOnly = Code(kind: .readOnly)
        /// The file cannot be opened or made (SQLITE_CANTOPEN).
        public static let cannotOpen = Code(kind: .cannotOpen)
        /// A value or statement is larger than SQLite permits: a billion bytes, as a rule (SQLITE_TOOBIG).
        public static let tooBig = Code(kind: .tooBig)
        /// A value does not have the type that is needed, such as a text for a rowid (SQLITE_MISMATCH).
        public static let mismatch = Code(kind: .mismatch)
        /// The caller's mistake: wrong SQL, a wrong number of arguments, a statement used within itself (SQLITE_ERROR,
        /// SQLITE_MISUSE, SQLITE_RANGE).
        public static let misuse = Code(kind: .misuse)
        /// The statement was interrupted (SQLITE_INTERRUPT). Transient.
        public static let interrupted = Code(kind: .interrupted)
        /// There is no memory left (SQLITE_NOMEM). Transient.
        public static let outOfMemory = Code(kind: .outOfMemory)
        /// The operating system denies access (SQLITE_PERM, SQLITE_AUTH).
        public static let permission = Code(kind: .permission)
        /// The database was closed before the job arrived.
        public static let closed = Code(kind: .closed)
        /// As many jobs wait as ``DatabaseConfiguration/maximumPendingJobs`` permits. Transient.
        public static let overloaded = Code(kind: .overloaded)
        /// A newer version of the program wrote the file: its schema is later than the last migration.
        public static let schemaTooNew = Code(kind: .schemaTooNew)
        /// The file is marked as the database of another program.
        public static let foreignApplication = Code(kind: .foreignApplication)

        /// A file of the database is no longer where it was opened: it was removed or renamed, or its volume is no longer
        /// mounted. Nothing is written, or read, until it is back.
        public static let gone = Code(kind: .gone)

        /// A row broke the rule `constraint` of its table (SQLITE_CONSTRAINT).
        public static func constraint(_ constraint: Constraint) -> Code {
            Code(kind: .constraint(constraint))
        }

        /// The rule that a row broke; nil for every other kind of failure.
        public var constraint: Constraint? {
            if case .constraint(let constraint) = kind { constraint } else { nil }
        }

        /// The name of the kind: `busy`, `constraint(unique)`; `other(14)` with SQLite's code for what has no name
        /// here.
        public var description: String {
            switch kind {
            case .other(let code): "other(\(code))"
            default: "\(kind)"
            }
        }
    }

    /// A rule of a table that a row can break.
    public enum Constraint: Hashable, Sendable {
        /// Another row has the value of a UNIQUE column or index.
        case unique
        /// Another row has this primary key or rowid.
        case primaryKey
        /// The row that a foreign key refers to does not exist, or rows still refer to the one that was deleted.
        case foreignKey
        /// A NOT NULL column has no value.
        case notNull
        /// A CHECK expression is false.
        case check
        /// The value does not have the type of its column in a STRICT table.
        case dataType
        /// Any other rule, such as RAISE in a trigger.
        case other
    }
}

extension SQLiteError.Code {
    init(extendedResultCode: Int32) {
        kind =
            switch extendedResultCode & 0xff {
            case SQLITE_BUSY: .busy
            case SQLITE_LOCKED: .locked
            case SQLITE_FULL: .full
            // The shared memory of the log cannot grow: for want of room.
            case SQLITE_IOERR where extendedResultCode >> 8 == 19: .full
            case SQLITE_IOERR: .io
            case SQLITE_CORRUPT: .corrupt
            case SQLITE_NOTADB: .notADatabase
            case SQLITE_READONLY: .readOnly
            case SQLITE_CANTOPEN: .cannotOpen
            case SQLITE_TOOBIG: .tooBig
            case SQLITE_MISMATCH: .mismatch
            case SQLITE_MISUSE, SQLITE_ERROR, SQLITE_RANGE: .misuse
            case SQLITE_INTERRUPT: .interrupted
            case SQLITE_NOMEM: .outOfMemory
            case SQLITE_PERM, SQLITE_AUTH: .permission
            case SQLITE_CONSTRAINT: .constraint(Self.constraint(extendedResultCode))
            case let code: .other(code)
            }
    }

    private static func constraint(_ extendedResultCode: Int32) -> SQLiteError.Constraint {
        // The extended codes are macros over shifts, which Swift does not import.
        switch extendedResultCode >> 8 {
        case 8: .unique
        case 6, 10: .primaryKey
        case 3: .foreignKey
        case 5: .notNull
        case 1: .check
        case 12: .dataType
        default: .other
        }
    }
}
