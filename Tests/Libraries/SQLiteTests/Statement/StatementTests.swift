import TestSupport
import Testing

@testable import SQLite

@Suite("Statements") struct StatementTests {
    let test: TestDatabase

    init() throws {
        test = try TestDatabase()
    }

    /// A type that is stored as the blob it consists of.
    struct Identifier: SQLiteBindable, Equatable {
        var bytes: [UInt8]

        func bind(to parameter: borrowing SQLiteParameter) throws(SQLiteError) {
            try parameter.bind(bytes.span)
        }
    }

    @Test("every integer comes back as it was stored")
    func integers() async throws {
        var values: [Int64] = [0, 1, -1, 127, 128, 32_768, 1 << 23, 1 << 31, 1 << 47, .max, .min]
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<500 {
            values.append(Int64.random(in: .min ... .max, using: &generator) >> Int64.random(in: 0...63))
        }
        let expected = values
        let stored = try await roundTrip(expected) { row in row.int64(0) }
        #expect(stored == expected)
    }

    @Test("every number comes back bit for bit, infinities included")
    func doubles() async throws {
        var values: [Double] = [
            0, 1.5, -0.1, .pi, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
        ]
        var generator = SeededGenerator(seed: 2)
        while values.count < 500 {
            let value = Double(bitPattern: UInt64.random(in: .min ... .max, using: &generator))
            if !value.isNaN { values.append(value) }
        }
        let expected = values
        let stored = try await roundTrip(expected) { row in row.double(0) }
        #expect(stored == expected)
    }

    @Test("every text comes back as it was stored, NUL and empty ones included")
    func texts() async throws {
        var values = ["", "\0", "a\0b", "käse", "👩‍👩‍👧‍👦", String(repeating: "x", count: 100_000)]
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<300 {
            let scalars = (0..<Int.random(in: 0...40, using: &generator)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0...0x10ffff, using: &generator))
            }
            values.append(String(String.UnicodeScalarView(scalars)))
        }
        let expected = values
        let stored = try await roundTrip(expected) { row in row.string(0) }
        #expect(stored.map { Array($0.utf8) } == expected.map { Array($0.utf8) })
    }

    @Test("every blob comes back as it was stored, and an empty one is not NULL")
    func blobs() async throws {
        var values: [[UInt8]] = [[], [0], [255, 0, 254]]
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<300 {
            values.append(
                (0..<Int.random(in: 0...2_000, using: &generator)).map { _ in .random(in: 0...255, using: &generator) })
        }
        let expected = values
        let stored = try await roundTrip(expected) { row in row.optionalBytes(0) }
        #expect(stored == expected)
    }

    @Test("slices, small integers, truth values and types of one's own are stored by their value")
    func otherTypes() async throws {
        let database = try await test.open()
        let isEqual = try await database.read { connection in
            try connection.first(
                "SELECT ? = x'0203' AND ? = -7 AND ? = 1 AND ? = 0 AND ? = 12 AND ? = x'09' AND ? IS NULL",
                ([1, 2, 3, 4] as [UInt8])[1...2], Int32(-7), true, false, 12, Identifier(bytes: [9]), String?.none
            ) { row in row.bool(0) }
        }
        #expect(isEqual == true)
        try await database.close()
    }

    @Test("NULL is nil for the optional readers, and 0 or empty for the others")
    func nulls() async throws {
        let database = try await test.open()
        try await database.read { connection in
            try connection.forEach("SELECT ?, 5, 1.5, 'a', x'01', 1", Int?.none) { row in
                #expect(row.columnCount == 6)
                #expect(row.isNull(0) && !row.isNull(1))
                #expect(row.int(0) == 0 && row.string(0) == "" && row.bytes(0) == [] && row.double(0) == 0)
                #expect(row.optionalInt(0) == nil && row.optionalInt64(0) == nil && row.optionalDouble(0) == nil)
                #expect(row.optionalString(0) == nil && row.optionalBytes(0) == nil && row.optionalBool(0) == nil)
                #expect(row.optionalInt(1) == 5 && row.optionalInt64(1) == 5 && row.optionalDouble(2) == 1.5)
                #expect(row.optionalString(3) == "a" && row.optionalBytes(4) == [1] && row.optionalBool(5) == true)
                #expect(row.isNull(6) && row.int(-1) == 0)
            }
        }
        try await database.close()
    }

    @Test("a column's bytes are lent without a copy")
    func span() async throws {
        let database = try await test.open()
        let sums = try await database.read { connection in
            try connection.query("SELECT x'010203' UNION ALL SELECT x'' UNION ALL SELECT NULL") { row in
                row.withSpan(0) { bytes in
                    var sum = 0
                    for index in bytes.indices { sum += Int(bytes[index]) }
                    return sum
                }
            }
        }
        #expect(sums == [6, 0, 0])
        try await database.close()
    }

    @Test("a statement is reset when its row closure throws, and can be run again")
    func resetOnThrow() async throws {
        let database = try await test.open()
        try await database.addNote("a")
        try await database.addNote("b")
        try await database.write { connection in
            let statement = try connection.prepare("SELECT text FROM note WHERE id > ?")
            #expect(throws: SQLiteError.self) {
                try statement.forEach(0) { row throws(SQLiteError) in
                    throw SQLiteError(.mismatch, message: "not a note: \(row.string(0))")
                }
            }
            #expect(try statement.query(1) { row in row.string(0) } == ["b"])
            #expect(try statement.first(0) { row in row.string(0) } == "a")
        }
        // A statement that was not reset would keep the log from being emptied.
        #expect(try await database.checkpoint())
        try await database.close()
    }

    @Test("a failed insert leaves the statement usable and its arguments forgotten")
    func resetOnConstraint() async throws {
        let database = try await test.open()
        try await database.write { connection in
            let statement = try connection.prepare("INSERT INTO note(id, text) VALUES (?, ?)")
            try statement.run(1, "a")
            let error = #expect(throws: SQLiteError.self) { try statement.run(2, "a") }
            #expect(error?.code == .constraint(.unique))
            try statement.run(2, "b")
        }
        #expect(try await database.notes() == ["a", "b"])
        try await database.close()
    }

    @Test(
        "a broken rule is named",
        arguments: [
            ("INSERT INTO rule VALUES (1, 1, 1)", SQLiteError.Constraint.primaryKey),
            ("INSERT INTO rule VALUES (2, NULL, 1)", .notNull),
            ("INSERT INTO rule VALUES (2, -1, 1)", .check),
            ("INSERT INTO rule VALUES (2, 1, 9)", .foreignKey),
            ("INSERT INTO rule VALUES (2, 'x', 1)", .dataType),
        ])
    func constraints(sql: String, constraint: SQLiteError.Constraint) async throws {
        let database = try await test.open()
        try await database.write { connection in
            try connection.execute(
                """
                CREATE TABLE rule(id INTEGER PRIMARY KEY, size INTEGER NOT NULL CHECK (size > 0),
                    parent INTEGER REFERENCES rule(id)) STRICT;
                INSERT INTO rule VALUES (1, 1, 1);
                """)
        }
        let error = await #expect(throws: SQLiteError.self) {
            try await database.write { connection in try connection.prepare(dynamic: sql).run() }
        }
        #expect(error?.code.constraint == constraint)
        try await database.close()
    }

    @Test("wrong SQL, two statements, none, and a wrong number of arguments are the caller's mistake")
    func misuse() async throws {
        let database = try await test.open()
        try await database.read { connection in
            for sql in ["SELEKT 1", "SELECT 1; SELECT 2", "", "-- nothing"] {
                let error = #expect(throws: SQLiteError.self, "\(sql)") { try connection.prepare(dynamic: sql) }
                #expect(error?.code == .misuse)
                #expect(error?.sql == sql)
            }
            for run in [{ try connection.run("SELECT ?, ?", 1) }, { try connection.run("SELECT ?, ?", 1, 2, 3) }] {
                let error = #expect(throws: SQLiteError.self) { try run() }
                #expect(error?.code == .misuse)
            }
            // What follows the last statement may be blank.
            try connection.prepare(dynamic: " SELECT 1 ; \n").run()
        }
        try await database.close()
    }

    @Test("a statement refuses to be run within its own query, and the connection gives another of the same text")
    func nesting() async throws {
        let database = try await test.open()
        for text in ["a", "b"] { try await database.addNote(text) }
        let pairs = try await database.read { connection in
            let outer = try connection.prepare("SELECT text FROM note ORDER BY id")
            var pairs: [String] = []
            try outer.forEach { row throws(SQLiteError) in
                let error = #expect(throws: SQLiteError.self) { try outer.run() }
                #expect(error?.code == .misuse)
                let left = row.string(0)
                for _ in 0..<2 {
                    let inner = try connection.prepare(dynamic: outer.sql)
                    try inner.forEach { row throws(SQLiteError) in
                        let innermost = try connection.prepare(dynamic: outer.sql)
                        let count = try innermost.query { row in row.int(0) }.count
                        pairs.append("\(left)\(row.string(0))\(count)")
                    }
                }
            }
            return pairs
        }
        #expect(pairs == ["aa2", "ab2", "aa2", "ab2", "ba2", "bb2", "ba2", "bb2"])
        try await database.close()
    }

    @Test("of made statements only so many are kept, and all can be used again and again")
    func cacheEviction() async throws {
        let database = try await test.open { $0.statementCacheCapacity = 3 }
        let sums = try await database.read { connection in
            var sums: [Int] = []
            let countBefore = connection.cachedStatementCount
            for _ in 0..<3 {
                var sum = 0
                for number in 1...10 {
                    let statement = try connection.prepare(dynamic: "SELECT \(number) + ?")
                    sum += try statement.first(1) { row in row.int(0) } ?? 0
                }
                sums.append(sum)
                #expect(connection.cachedStatementCount == countBefore + 3)
            }
            return sums
        }
        #expect(sums == [65, 65, 65])
        try await database.close()
    }

    @Test("changes, rowids and returned rows tell what a write has done")
    func changes() async throws {
        let database = try await test.open()
        try await database.write { connection in
            let id = try connection.first("INSERT INTO note(text) VALUES ('a'), ('b') RETURNING id") { row in row.int(0)
            }
            #expect(id == 1)
            #expect(connection.changes == 2)
            #expect(connection.lastInsertRowID == 2)
            #expect(connection.isInTransaction)
            let before = connection.totalChanges
            try connection.run("UPDATE note SET text = text || ?", "!")
            #expect(connection.totalChanges - before == 2)
        }
        #expect(try await database.notes() == ["a!", "b!"])
        try await database.close()
    }

    /// Stores each of `values` in a table without types, and reads them in the order they were stored in.
    private func roundTrip<Value: SQLiteBindable & Sendable, Stored: Sendable>(
        _ values: [Value], read: @escaping @Sendable (borrowing Row) -> Stored
    ) async throws -> [Stored] {
        let database = try await test.open()
        try await database.write { connection in
            try connection.execute("CREATE TABLE anything(value)")
            for value in values { try connection.run("INSERT INTO anything VALUES (?)", value) }
        }
        let stored = try await database.read { connection in
            try connection.query("SELECT value FROM anything ORDER BY rowid") { row in read(row) }
        }
        try await database.close()
        return stored
    }
}
