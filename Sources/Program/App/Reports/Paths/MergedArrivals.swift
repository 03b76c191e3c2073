import Embedded
import Events
import Platform
import Stores

/// The ledgers of several data folders as one: of the API's, and of workers on other machines.
struct MergedArrivals: ArrivalReading {
    private let ledgers: [any ArrivalReading]

    init(_ ledgers: [any ArrivalReading]) {
        self.ledgers = ledgers
    }

    /// Opens further ledgers beside that of the pipeline, runs `body`, and closes them again.
    ///
    /// - Throws: ``PathReport/Failure`` for a folder without a ledger; the `StoreError` of one that cannot be opened; the
    ///   error of `body`.
    static func with<Result: Sendable>(
        _ pipeline: Pipeline, and folders: [String], _ body: (MergedArrivals) async throws -> Result
    ) async throws -> Result {
        guard let own = try await pipeline.arrivals?.reading() else {
            throw PathReport.Failure(
                description: "no arrivals were ever noted in \(pipeline.dataDirectory): serve --mode parallel, or PUT "
                    + "/mode with parallel, sends events both ways and notes them")
        }
        return try await Scope.with { scope in
            var ledgers: [any ArrivalReading] = [own]
            for folder in folders {
                guard FileSystem.exists("\(folder)/\(EmbeddedArrivalLedger.fileName)") else {
                    throw PathReport.Failure(
                        description: "\(folder) has no \(EmbeddedArrivalLedger.fileName): workers note all that they "
                            + "write with worker --note-arrivals")
                }
                ledgers.append(scope.add(try await EmbeddedArrivalLedger.open(directory: folder)) { await $0.close() })
            }
            return try await body(MergedArrivals(ledgers))
        }
    }

    /// See ``ArrivalReading``. A page ends where the first of the ledgers' pages ends.
    func records(
        since: Timestamp, after last: Arrival?, limit: Int
    ) async throws(StoreError) -> [ArrivalRecord] {
        var merged: [Arrival: ArrivalRecord] = [:]
        var end: Arrival?
        for ledger in ledgers {
            let page = try await ledger.records(since: since, after: last, limit: limit)
            for record in page {
                if merged[record.arrival] == nil {
                    merged[record.arrival] = record
                } else {
                    merged[record.arrival]?.add(record)
                }
            }
            if page.count == limit, let bound = page.last?.arrival { end = end.map { min($0, bound) } ?? bound }
        }
        return merged.values.filter { record in end.map { record.arrival <= $0 } ?? true }
            .sorted { $0.arrival < $1.arrival }
    }

    /// See ``ArrivalReading``.
    func latest(at place: ArrivalPlaces) async throws(StoreError) -> Timestamp? {
        var latest: Timestamp?
        for ledger in ledgers {
            guard let own = try await ledger.latest(at: place) else { continue }
            latest = latest.map { max($0, own) } ?? own
        }
        return latest
    }
}
