import Events
import Fakes
import FileImport
import Foundation
import Stores
import Synchronization
import TestSupport

/// An import of text into stores in memory, and all that it said.
struct ImportRun: Sendable {
    let summary: ImportSummary
    let rejected: [RejectedRecord]
    let progress: [ImportSummary]

    static let now = Timestamp(microseconds: 1_790_000_000_000_000)

    init(
        _ contents: some Sequence<UInt8>, options: ImportOptions = ImportOptions(),
        into graph: any GraphStore = FakeGraphStore(), profiles: any ProfileStore = FakeProfileStore()
    ) async throws {
        let folder = try TemporaryDirectory()
        let path = folder.file("events")
        try Data(contents).write(to: URL(filePath: path))
        try await self.init(input: .file(path), options: options, into: graph, profiles: profiles)
    }

    init(
        _ text: String, options: ImportOptions = ImportOptions(),
        into graph: any GraphStore = FakeGraphStore(), profiles: any ProfileStore = FakeProfileStore()
    ) async throws {
        try await self.init(text.utf8, options: options, into: graph, profiles: profiles)
    }

    init(
        input: ImportInput, options: ImportOptions = ImportOptions(),
        into graph: any GraphStore = FakeGraphStore(), profiles: any ProfileStore = FakeProfileStore()
    ) async throws {
        let rejected = Mutex<[RejectedRecord]>([])
        let progress = Mutex<[ImportSummary]>([])
        summary = try await FileImporter(options: options).run(
            input, into: graph, profiles: profiles, now: Self.now,
            rejected: { record in rejected.withLock { $0.append(record) } },
            progress: { step in progress.withLock { $0.append(step) } })
        self.rejected = rejected.withLock { $0 }
        self.progress = progress.withLock { $0 }
    }
}

extension GraphStore {
    /// All events of a user, oldest first.
    func events(of userID: Int64) async throws -> [Event] {
        try await history(HistoryQuery(userID: userID, limit: 1_000_000)).events.reversed()
    }
}

extension ImportSummary {
    /// Whether every record that was read is accounted for.
    var addsUp: Bool {
        read == accepted + duplicates + rejected && rejectedByReason.values.reduce(0, +) == rejected
    }
}
