import Embedded
import Events
import Platform
import Stores
import TestSupport
import Testing

@Suite("The files of the embedded stores") struct StoreDatabaseTests {
    private func batch(_ number: UInt64) -> InteractionBatch {
        InteractionBatch([
            Event(
                id: EventID(high: 1, low: number), userID: 1, productID: 1, type: .view, session: "s",
                time: Timestamp(microseconds: 1))
        ])
    }

    @Test("a store whose folder was removed takes nothing, and says that the events are not to blame")
    func removed() async throws {
        let directory = try TemporaryDirectory()
        let graph = try await EmbeddedGraphStore.open(directory: directory.path)
        let profiles = try await EmbeddedProfileStore.open(directory: directory.path)
        _ = try await graph.apply(batch(1))
        _ = try await profiles.apply(batch(1))
        try await graph.checkWriting()
        try await profiles.checkWriting()
        directory.remove()
        let calls: [() async throws -> Void] = [
            { _ = try await graph.apply(batch(2)) },
            { _ = try await profiles.apply(batch(2)) },
            { _ = try await graph.apply(batch(3)) },
            { _ = try await graph.statistics() },
            { try await graph.checkWriting() },
            { try await profiles.checkWriting() },
        ]
        for call in calls {
            let error = await #expect(throws: StoreError.self) { try await call() }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("it was removed or renamed") == true)
        }
        await graph.close()
        await profiles.close()
        #expect(!FileSystem.exists(directory.path))
    }

    @Test(
        "while the reserve of the disk is released, a store is read and not written",
        .enabled(if: SmallVolume.isPermitted, "mounting a small file system needs root"))
    func fullDisk() async throws {
        let directory = try TemporaryDirectory()
        let volume = try SmallVolume(at: directory.file("volume"), kibibytes: 24 << 10)
        defer { volume.unmount() }
        let reserve = DiskReserve(directory: volume.path)
        let graph = try await EmbeddedGraphStore.open(directory: volume.path, reserve: reserve)
        _ = try await graph.apply(batch(1))
        try volume.fill()
        reserve.release()
        let error = await #expect(throws: StoreError.self) { try await graph.apply(batch(2)) }
        #expect(error?.code == .unavailable)
        #expect(error?.message == reserve.refusal)
        let check = await #expect(throws: StoreError.self) { try await graph.checkWriting() }
        #expect(check == error)
        #expect(try await graph.statistics().interactions == 1)
        volume.removeBallast()
        try await eventually("it takes events again") { (try? await graph.apply(batch(2)).inserted) == 1 }
        await graph.close()
    }
}
