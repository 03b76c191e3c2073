import Dispatch
import Glibc
import Platform
import TestSupport
import Testing

@Suite("File lock") struct FileLockTests {
    let folder: TemporaryDirectory
    let path: String

    init() throws {
        folder = try TemporaryDirectory()
        path = folder.file("side.lock")
    }

    @Test("an exclusive lock keeps all others out, a shared one exclusive ones only")
    func modes() throws {
        let first = try FileLock(path: path)
        let second = try FileLock(path: path)
        #expect(try first.tryLock(.exclusive))
        #expect(try !second.tryLock(.exclusive))
        #expect(try !second.tryLock(.shared))
        first.unlock()
        #expect(try second.tryLock(.shared))
        #expect(try first.tryLock(.shared))
        #expect(try !first.tryLock(.exclusive))
        second.unlock()
        #expect(try first.tryLock(.exclusive))
    }

    @Test("the lock ends with its object")
    func released() throws {
        var first: FileLock? = try FileLock(path: path)
        try first?.lock()
        let second = try FileLock(path: path)
        #expect(try !second.tryLock())
        first = nil
        #expect(try second.tryLock())
    }

    @Test("waiting ends with the timeout, or as soon as the lock is free")
    func timeout() async throws {
        let first = try FileLock(path: path)
        let second = try FileLock(path: path)
        try first.lock()
        #expect(try !second.lock(timeout: .milliseconds(10)))
        #expect(try !second.lock(timeout: .zero))
        async let isHeld = onThread { try second.lock(timeout: .seconds(30)) }
        first.unlock()
        #expect(try await isHeld)
    }

    @Test("what runs under the lock runs alone, and the lock is free again after an error")
    func withLock() throws {
        struct Failure: Error {}
        let lock = try FileLock(path: path)
        let isHeld = try lock.withLock { try FileLock.isHeldByAnother(path: path) }
        #expect(isHeld)
        #expect(throws: Failure.self) { try lock.withLock { throw Failure() } }
        #expect(try !FileLock.isHeldByAnother(path: path))
    }

    @Test("whether another process holds it can be seen, until that process is killed")
    func anotherProcess() async throws {
        #expect(try !FileLock.isHeldByAnother(path: path))
        #expect(!FileSystem.exists(path))
        let helper = try HelperProcess(testing: "platform", ["hold-lock", path])
        #expect(await helper.nextLine() == "held")
        #expect(try FileLock.isHeldByAnother(path: path))
        helper.send(signal: SIGKILL)
        #expect(await helper.exit() == .signal(SIGKILL))
        #expect(try !FileLock.isHeldByAnother(path: path))
    }

    @Test("a program that is started does not inherit the lock")
    func closeOnExec() async throws {
        var lock: FileLock? = try FileLock(path: path)
        try lock?.lock()
        let helper = try HelperProcess(testing: "platform", ["hold-lock", folder.file("other")])
        #expect(await helper.nextLine() == "held")
        lock = nil
        // A program that another test is just starting holds it until it has begun; this one would for its life.
        try await eventually("a lock that is free") { try !FileLock.isHeldByAnother(path: path) }
    }

    @Test("a folder that does not exist is an error that names the file")
    func missingFolder() throws {
        let path = folder.file("missing/side.lock")
        let error = #expect(throws: SystemError.self) { try FileLock(path: path) }
        #expect(error?.errorNumber == ENOENT)
        #expect(error?.description == "open \(path): No such file or directory (2)")
    }

    private func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: .init(catching: body)) }
        }
    }
}
