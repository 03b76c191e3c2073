package import Events
package import Platform
import SQLite
package import Stores

/// A ledger of arrivals in one SQLite file. Several processes may have it open; safe to use from any task.
package struct EmbeddedArrivalLedger: ArrivalLedger, ArrivalReading {
    /// The name of the file in the data folder.
    package static let fileName = "arrivals.sqlite"

    private let database: StoreDatabase
    private let notesAll: Bool

    /// Opens the ledger in the folder `directory`; creates both if they do not exist.
    ///
    /// - Parameters:
    ///   - notesAll: Whether arrivals are noted that nobody expects: of workers whose API notes in another folder.
    ///   - reserve: Of the disk of the folder; nothing is written while it is released.
    /// - Throws: `.unavailable` if the file cannot be opened or belongs to another program, `.corrupt` if it is damaged.
    package static func open(
        directory: String, notesAll: Bool = false, reserve: DiskReserve? = nil
    ) async throws(StoreError) -> EmbeddedArrivalLedger {
        EmbeddedArrivalLedger(
            database: try await StoreDatabase.open(
                fileName, in: directory, applicationID: ArrivalSchema.applicationID,
                migrations: ArrivalSchema.migrations, reserve: reserve), notesAll: notesAll)
    }

    /// See ``ArrivalLedger``.
    package func expect(
        _ arrivals: [Arrival], at places: ArrivalPlaces, time: Timestamp
    ) async throws(StoreError) {
        try await database.write { connection in
            for arrival in arrivals {
                try connection.run(
                    """
                    INSERT INTO arrivals VALUES (?, ?, ?, ?, ?, 0, 0)
                    ON CONFLICT DO UPDATE SET expected = expected | excluded.expected, refused = 0
                    """, arrival.id.highColumn, arrival.id.lowColumn, arrival.digest.bytes, time.microseconds,
                    places.column)
            }
        }
    }

    /// Looks on a connection that only reads. See ``ArrivalLedger``.
    package func awaits(_ ids: [EventID]) async throws(StoreError) -> Set<EventID> {
        if notesAll { return Set(ids) }
        return try await database.read { connection in
            guard try connection.first("SELECT 1 FROM arrivals LIMIT 1", row: { _ in true }) == true else { return [] }
            var awaited: Set<EventID> = []
            for id in ids {
                let isKnown = try connection.first(
                    "SELECT 1 FROM arrivals WHERE id_high = ? AND id_low = ? LIMIT 1", id.highColumn, id.lowColumn
                ) { _ in true }
                if isKnown == true { awaited.insert(id) }
            }
            return awaited
        }
    }

    /// See ``ArrivalLedger``.
    package func note(_ arrivals: [Arrival], at places: ArrivalPlaces, time: Timestamp) async throws(StoreError) {
        guard !arrivals.isEmpty else { return }
        try await database.write { [notesAll] connection in
            for arrival in arrivals { try connection.note(arrival, at: places, time: time, notesAll: notesAll) }
        }
    }

    /// See ``ArrivalLedger``.
    package func refuse(_ arrivals: [Arrival]) async throws(StoreError) {
        try await database.write { connection in
            for arrival in arrivals {
                try connection.run(
                    "UPDATE arrivals SET refused = 1 WHERE id_high = ? AND id_low = ? AND digest = ?",
                    arrival.id.highColumn, arrival.id.lowColumn, arrival.digest.bytes)
            }
        }
    }

    /// Reads one range of the table. See ``ArrivalReading``.
    package func records(
        since: Timestamp, after last: Arrival?, limit: Int
    ) async throws(StoreError) -> [ArrivalRecord] {
        try await database.read { connection in
            var records: [ArrivalRecord] = []
            try connection.forEach(
                """
                SELECT id_high, id_low, digest, time, expected, arrived, refused FROM arrivals
                WHERE (id_high, id_low, digest) > (?, ?, ?) AND time >= ? ORDER BY id_high, id_low, digest LIMIT ?
                """, last?.id.highColumn ?? .min, last?.id.lowColumn ?? .min, last?.digest.bytes ?? [],
                since.microseconds, limit
            ) { row throws(SQLiteError) in
                guard let digest = ContentDigest(bytes: row.bytes(2)) else {
                    throw SQLiteError(.corrupt, message: "a digest of \(row.byteCount(2)) bytes in the ledger")
                }
                let id = EventID(highColumn: row.int64(0), lowColumn: row.int64(1))
                records.append(
                    ArrivalRecord(
                        Arrival(id: id, digest: digest), time: Timestamp(microseconds: row.int64(3)),
                        expected: ArrivalPlaces(column: row.int64(4)), arrived: ArrivalPlaces(column: row.int64(5)),
                        isRefused: row.bool(6)))
            }
            return records
        }
    }

    /// Walks down the index of times to the first such event. See ``ArrivalReading``.
    package func latest(at place: ArrivalPlaces) async throws(StoreError) -> Timestamp? {
        try await database.read { connection in
            try connection.first(
                "SELECT time FROM arrivals WHERE arrived & ? != 0 ORDER BY time DESC LIMIT 1", place.column
            ) { Timestamp(microseconds: $0.int64(0)) }
        }
    }

    /// Removes records of events that the ledger heard of before `moment`, the oldest first.
    ///
    /// - Parameter limit: The most records to remove; 1 or more.
    /// - Returns: How many were removed.
    package func prune(before moment: Timestamp, limit: Int) async throws(StoreError) -> Int {
        try await database.write { connection in
            try connection.run(
                """
                DELETE FROM arrivals WHERE (id_high, id_low, digest) IN (
                    SELECT id_high, id_low, digest FROM arrivals WHERE time < ? ORDER BY time LIMIT ?)
                """, moment.microseconds, limit)
            return connection.changes
        }
    }

    /// Closes the file after the jobs that have begun.
    package func close() async {
        await database.close()
    }
}

extension Connection {
    fileprivate func note(
        _ arrival: Arrival, at places: ArrivalPlaces, time: Timestamp, notesAll: Bool
    ) throws(SQLiteError) {
        let (high, low, digest) = (arrival.id.highColumn, arrival.id.lowColumn, arrival.digest.bytes)
        try run(
            "UPDATE arrivals SET arrived = arrived | ? WHERE id_high = ? AND id_low = ? AND digest = ?",
            places.column, high, low, digest)
        guard changes == 0 else { return }
        // Other content stands beside what was expected, with the time of that: a look at either sees both.
        let heard =
            try first("SELECT min(time) FROM arrivals WHERE id_high = ? AND id_low = ?", high, low) {
                $0.optionalInt64(0)
            } ?? nil
        guard notesAll || heard != nil else { return }
        try run(
            "INSERT INTO arrivals VALUES (?, ?, ?, ?, 0, ?, 0)", high, low, digest, heard ?? time.microseconds,
            places.column)
    }
}

extension ArrivalPlaces {
    fileprivate var column: Int64 { Int64(rawValue) }

    fileprivate init(column: Int64) {
        self.init(rawValue: UInt8(truncatingIfNeeded: column))
    }
}
