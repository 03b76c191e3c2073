import CSQLite

extension SQLiteError {
    /// The kind of a failure. Open for new kinds: compare it with the static members.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        enum Kind: Hashable, Sendable {
            case busy, locked, full, io, corrupt, notADatabase, readOnly, cannotOpen, tooBig, mismatch, misuse
            case interrupted, outOfMemory, permission, closed, overloaded, schemaTooNew, foreignApplication
            case constraint(Constraint)
            case other(Int32)
        }

        let kind: Kind

        /// Another process or connection holds the lock for longer than the busy timeout.
        public static let busy = Code(kind: .busy)
        /// A statement of this connection is in the way.
        public static let locked = Code(kind: .locked)
        /// The volume, or the permitted size of the database, is full.
        public static let full = Code(kind: .full)
        /// The operating system failed to read or write.
        public static let io = Code(kind: .io)
        /// The file is damaged.
        public static let corrupt = Code(kind: .corrupt)
        /// The file is no SQLite database.
        public static let notADatabase = Code(kind: .notADatabase)
        /// The file or the connection may only be read.
        public static let readOnly = Code(kind: .readOnly)
        /// The file cannot be opened or made.
        public static let cannotOpen = Code(kind: .cannotOpen)
        /// A value or statement is larger than SQLite permits.
        public static let tooBig = Code(kind: .tooBig)
        /// A value has not the type that is wanted of it.
        public static let mismatch = Code(kind: .mismatch)
        /// The caller's mistake: wrong SQL, a wrong number of arguments, a statement used within itself.
        public static let misuse = Code(kind: .misuse)
        /// The statement was interrupted.
        public static let interrupted = Code(kind: .interrupted)
        /// There is no memory left.
        public static let outOfMemory = Code(kind: .outOfMemory)
        /// The operating system denies access.
        public static let permission = Code(kind: .permission)
        /// The database was closed.
        public static let closed = Code(kind: .closed)
        /// More jobs wait than are permitted.
        public static let overloaded = Code(kind: .overloaded)
        /// A newer version of the program wrote the file.
        public static let schemaTooNew = Code(kind: .schemaTooNew)
        /// Another program's database.
        public static let foreignApplication = Code(kind: .foreignApplication)

        /// A row broke the rule `constraint` of its table.
        public static func constraint(_ constraint: Constraint) -> Code {
            Code(kind: .constraint(constraint))
        }

        /// The rule that was broken, if this is the failure of one.
        public var constraint: Constraint? {
            if case .constraint(let constraint) = kind { constraint } else { nil }
        }

        /// For example `constraint(unique)`.
        public var description: String {
            switch kind {
            case .other(let code): "other(\(code))"
            default: "\(kind)"
            }
        }
    }

    /// A rule of a table that a row can break.
    public enum Constraint: Hashable, Sendable {
        /// A value that has to be unique is there already.
        case unique
        /// A row with this primary key is there already.
        case primaryKey
        /// The row that is referred to does not exist, or rows still refer to this one.
        case foreignKey
        /// A value is missing.
        case notNull
        /// A CHECK expression is false.
        case check
        /// The value has not the type of a STRICT table's column.
        case dataType
        /// Any other.
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
