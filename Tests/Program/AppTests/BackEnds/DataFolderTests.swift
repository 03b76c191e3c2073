import Events
import Observability
import Platform
import Stores
import TestSupport
import Testing

@testable import App

@Suite("The data folder at the start") struct DataFolderTests {
    /// What is logged when a pipeline is opened in the folder.
    private func start(_ directory: TemporaryDirectory, writing: Bool = false) async throws -> [String] {
        let lines = Recorder<String>()
        let log = Log(now: { Timestamp(microseconds: 0) }, write: { lines.append($0) })
        try await Pipeline.with(BackEnds(dataDirectory: directory.path), log: log) { pipeline in
            guard writing else { return }
            let batch = InteractionBatch([
                Event(
                    id: EventID(high: 1, low: 1), userID: 1, productID: 1, type: .view, session: "s",
                    time: Timestamp(microseconds: 1))
            ])
            _ = try await pipeline.graph.apply(batch)
            _ = try await pipeline.profiles.apply(batch)
        }
        return lines.entries
    }

    @Test(
        "a file that is missing although others hold events is told",
        arguments: ["queues", "graph", "profiles"])
    func missing(_ name: String) async throws {
        let directory = try TemporaryDirectory()
        #expect(try await start(directory, writing: true) == [], "a new folder lacks nothing")
        #expect(try await start(directory) == [])
        for suffix in ["", "-wal", "-shm"] {
            try? FileSystem.remove(directory.file("\(name).sqlite\(suffix)"))
        }
        let lines = try await start(directory)
        #expect(lines.count == 1)
        #expect(lines.first?.contains("files=\(name).sqlite") == true)
        #expect(lines.first?.contains("with 1 events") == true)
        #expect(try await start(directory) == [], "it is told once")
    }

    @Test("files that are missing in a folder without events are not told: an earlier start did not get that far")
    func empty() async throws {
        let directory = try TemporaryDirectory()
        #expect(try await start(directory) == [])
        try FileSystem.remove(directory.file("graph.sqlite"))
        #expect(try await start(directory) == [])
    }

    @Test(
        "a full disk is told, with how much has to be free",
        .enabled(if: SmallVolume.isPermitted, "mounting a small file system needs root"))
    func fullDisk() async throws {
        let directory = try TemporaryDirectory()
        let volume = try SmallVolume(at: directory.file("volume"), kibibytes: 4_096)
        defer { volume.unmount() }
        let lines = Recorder<String>()
        let log = Log(now: { Timestamp(microseconds: 0) }, write: { lines.append($0) })
        try await Pipeline.with(BackEnds(dataDirectory: volume.path), log: log) { _ in }
        #expect(lines.entries.count == 1)
        #expect(lines.entries.first?.contains("new events are refused") == true)
        #expect(lines.entries.first?.contains("until 10 MiB are free") == true)
    }
}
