import Embedded
package import Events
import Platform
package import Stores

/// The ledger of arrivals of a data folder, opened when it is needed: whoever sets events on both ways creates the file,
/// and whoever writes events from then on finds it there. Without the file nothing is noted, and nothing costs anything.
package actor ArrivalsFile: ArrivalLedger {
    private let directory: String
    private let notesAll: Bool
    private let reserve: DiskReserve?
    private var opening: Task<Result<EmbeddedArrivalLedger, StoreError>, Never>?

    /// - Parameters:
    ///   - notesAll: Whether arrivals are noted that nobody expects; the file is then created with the first of them.
    ///   - reserve: Of the folder's disk.
    init(directory: String, notesAll: Bool = false, reserve: DiskReserve? = nil) {
        self.directory = directory
        self.notesAll = notesAll
        self.reserve = reserve
    }

    /// Reads the ledger; nil where nothing was ever noted.
    package func reading() async throws(StoreError) -> (any ArrivalReading)? { try await ifPresent() }

    /// Removes the oldest records of before `moment`.
    ///
    /// - Parameter limit: The most records to remove.
    /// - Returns: How many were removed.
    func prune(before moment: Timestamp, limit: Int) async throws(StoreError) -> Int {
        try await ifPresent()?.prune(before: moment, limit: limit) ?? 0
    }

    /// The ledger where there is one.
    private func ifPresent() async throws(StoreError) -> EmbeddedArrivalLedger? {
        guard opening != nil || notesAll || FileSystem.exists("\(directory)/\(EmbeddedArrivalLedger.fileName)") else {
            return nil
        }
        return try await opened()
    }

    /// The ledger, which is created if there is none.
    private func opened() async throws(StoreError) -> EmbeddedArrivalLedger {
        let task =
            opening
            ?? Task { [directory, notesAll, reserve] in
                do throws(StoreError) {
                    return .success(
                        try await EmbeddedArrivalLedger.open(
                            directory: directory, notesAll: notesAll, reserve: reserve))
                } catch {
                    return .failure(error)
                }
            }
        opening = task
        let result = await task.value
        // The next call tries again.
        if case .failure = result, opening == task { opening = nil }
        return try result.get()
    }

    /// See ``ArrivalLedger``.
    package func expect(
        _ arrivals: [Arrival], at places: ArrivalPlaces, time: Timestamp
    ) async throws(StoreError) {
        try await opened().expect(arrivals, at: places, time: time)
    }

    /// See ``ArrivalLedger``.
    package func awaits(_ ids: [EventID]) async throws(StoreError) -> Set<EventID> {
        try await ifPresent()?.awaits(ids) ?? []
    }

    /// See ``ArrivalLedger``.
    package func note(_ arrivals: [Arrival], at places: ArrivalPlaces, time: Timestamp) async throws(StoreError) {
        try await ifPresent()?.note(arrivals, at: places, time: time)
    }

    /// See ``ArrivalLedger``.
    package func refuse(_ arrivals: [Arrival]) async throws(StoreError) {
        try await ifPresent()?.refuse(arrivals)
    }

    func close() async {
        guard let task = opening, case .success(let ledger) = await task.value else { return }
        await ledger.close()
    }
}
