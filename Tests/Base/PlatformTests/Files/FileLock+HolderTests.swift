import Glibc
import TestSupport
import Testing

@testable import Platform

@Suite("The holder of a lock") struct FileLockHolderTests {
    @Test("the process that holds a lock is named, and whether it is stopped")
    func holder() async throws {
        let folder = try TemporaryDirectory()
        let path = folder.file("side.lock")
        #expect(FileLock.holder(path: path) == nil)
        let helper = try HelperProcess(testing: "platform", ["hold-lock", path])
        #expect(await helper.nextLine() == "held")
        let holder = LockHolder(processID: helper.processID, command: "test-helper", isStopped: false)
        #expect(FileLock.holder(path: path) == holder)
        helper.send(signal: SIGSTOP)
        try await eventually("a process that is stopped") { FileLock.holder(path: path)?.isStopped == true }
        helper.send(signal: SIGCONT)
        try await eventually("a process that goes on") { FileLock.holder(path: path) == holder }
        helper.send(line: "release")
        #expect(await helper.exit() == .status(0))
        #expect(FileLock.holder(path: path) == nil)
    }

    static let table = """
        1: POSIX  ADVISORY  WRITE 10 fe:00:500 120 120
        2: FLOCK  ADVISORY  READ 11 fe:00:500 0 EOF
        3: FLOCK  ADVISORY  WRITE 12 fe:01:500 0 EOF
        4: FLOCK  ADVISORY  WRITE 13 fe:00:500 0 EOF
        4: -> FLOCK  ADVISORY  WRITE 14 fe:00:500 0 EOF
        5: FLOCK  ADVISORY  WRITE 15 00:2f:600 0 EOF
        5: -> FLOCK  ADVISORY  WRITE 16 00:2f:700 0 EOF
        6: FLOCK
        7: FLOCK  ADVISORY  WRITE x fe:00:800 0 EOF
        """

    @Test(
        "the kernel's table tells the holder from those that wait, and from holders of other locks",
        arguments: [(500, 13), (600, 15), (700, nil), (800, nil), (900, nil)] as [(UInt64, Int32?)])
    func table(_ inode: UInt64, _ expected: Int32?) {
        #expect(FileLock.holder(of: inode, on: 0xfe00, Self.table) == expected)
    }

    @Test("a program's name may hold anything")
    func names() {
        #expect(
            LockHolder(processID: 7, status: "7 (a) b) T 1 2")
                == LockHolder(processID: 7, command: "a) b", isStopped: true))
        #expect(
            LockHolder(processID: 7, status: "7 (a) S 1")
                == LockHolder(processID: 7, command: "a", isStopped: false))
        for status in [nil, "", "7", "7 )(", "7 (a"] {
            #expect(LockHolder(processID: 7, status: status).description == "process 7")
        }
    }
}
