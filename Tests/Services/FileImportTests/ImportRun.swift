import Events
import FileImport
import Foundation
import PipelineTesting
import Stores
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
        let rejected = Recorder<RejectedRecord>()
        let progress = Recorder<ImportSummary>()
        summary = try await FileImporter(options: options).run(
            input, into: graph, profiles: profiles, now: Self.now,
            rejected: { rejected.append($0) },
            progress: { progress.append($0) })
        self.rejected = rejected.entries
        self.progress = progress.entries
    }
}

extension GraphStore {
    /// All events of a user, oldest first.
    func events(of userID: Int64) async throws -> [Event] {
        try await history(HistoryQuery(userID: userID, limit: 1_000_000)).events.reversed()
    }
}

extension ImportSummary {
    /// Whether every record that was read is counted once.
    var addsUp: Bool {
        read == accepted + duplicates + rejected + erased && rejectedByReason.values.reduce(0, +) == rejected
    }
}
