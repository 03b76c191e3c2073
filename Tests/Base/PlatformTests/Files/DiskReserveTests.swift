import Platform
import TestSupport
import Testing

@Suite("The reserve of a disk", .enabled(if: SmallVolume.isPermitted, "mounting a small file system needs root"))
struct DiskReserveTests {
    let folder: TemporaryDirectory
    let volume: SmallVolume

    init() throws {
        folder = try TemporaryDirectory()
        volume = try SmallVolume(at: folder.file("volume"), kibibytes: 4_096)
    }

    private var free: Int { (try? FileSystem.freeBytes(at: volume.path)) ?? -1 }

    @Test("it is kept back at once where there is room, and found again")
    func keeps() throws {
        let reserve = DiskReserve(directory: volume.path, bytes: 2 << 20)
        #expect(reserve.isWhole && reserve.refusal == nil)
        #expect(free <= 2 << 20)
        #expect(DiskReserve(directory: volume.path, bytes: 2 << 20).isWhole)
        #expect(free > 1 << 20)
    }

    @Test("released, it gives room on a full disk, and comes back when there is room for it and more")
    func releases() async throws {
        let reserve = DiskReserve(directory: volume.path, bytes: 2 << 20)
        let other = DiskReserve(directory: volume.path, bytes: 2 << 20)
        try volume.fill()
        #expect(free == 0)
        #expect(reserve.release())
        #expect(!reserve.release(), "there is nothing left to release")
        #expect(free == 2 << 20)
        #expect(reserve.refusal?.contains("the disk of \(volume.path) is full") == true)
        try await eventually("another process has seen it") {
            other.refresh()
            return !other.isWhole
        }
        volume.removeBallast()
        try await eventually("it is whole again") {
            reserve.refresh()
            other.refresh()
            return reserve.isWhole && other.isWhole
        }
        #expect(free <= 2 << 20)
    }

    @Test("on a disk without room for it nothing may be added, and nothing is taken from the disk")
    func noRoom() throws {
        let reserve = DiskReserve(directory: volume.path, bytes: 4 << 20)
        #expect(!reserve.isWhole)
        #expect(reserve.refusal != nil)
        #expect(free > 3 << 20)
    }

    @Test("where not even what exists could be opened, the next start releases it")
    func start() throws {
        #expect(DiskReserve(directory: volume.path, bytes: 2 << 20).isWhole)
        try volume.fill()
        #expect(!DiskReserve(directory: volume.path, bytes: 2 << 20).isWhole)
        #expect(free == 2 << 20)
    }
}
