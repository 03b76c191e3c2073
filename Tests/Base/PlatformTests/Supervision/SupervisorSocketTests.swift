import Glibc
import TestSupport
import Testing

@testable import Platform

@Suite(.timeLimit(.minutes(1))) struct SupervisorSocketTests {
    @Test(
        "a supervisor gets each message as one datagram, at a path and in the abstract namespace",
        arguments: [true, false])
    func message(isAbstract: Bool) async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/notify"
        let listener = try SupervisorListener(address: isAbstract ? "@debias-events\(path)" : path)
        let socket = try SupervisorSocket(address: listener.address)
        try socket.send("READY=1\nSTATUS=begins")
        try socket.send("WATCHDOG=1")
        try await eventually("both have come") { listener.messages.count == 2 }
        #expect(listener.messages.map(\.lines) == [["READY=1", "STATUS=begins"], ["WATCHDOG=1"]])
    }

    @Test("a message that nobody takes is an error, and the next one reaches a supervisor that has come meanwhile")
    func nobody() async throws {
        let directory = try TemporaryDirectory()
        let socket = try SupervisorSocket(address: directory.path + "/notify")
        let failure = #expect(throws: SystemError.self) { try socket.send("READY=1") }
        #expect(failure?.isNotFound == true)
        let listener = try SupervisorListener(address: socket.address)
        try socket.send("READY=1")
        try await eventually("it has come") { listener.count("READY=1") == 1 }
    }

    @Test("a supervisor that does not read is an error, not a wait")
    func full() throws {
        let directory = try TemporaryDirectory()
        let address = directory.path + "/notify"
        let silent = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(silent) }
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: Array(address.utf8)) }
        let bound = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(silent, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
        let socket = try SupervisorSocket(address: address)
        let failure = #expect(throws: SystemError.self) {
            for _ in 0..<100_000 { try socket.send("WATCHDOG=1") }
        }
        #expect(failure?.errorNumber == EAGAIN)
    }

    @Test(
        "an address of another kind is refused",
        arguments: ["", "notify", "@", "vsock:2:1234", "/" + String(repeating: "a", count: 107)])
    func refused(address: String) {
        #expect(throws: SystemError.self) { try SupervisorSocket(address: address) }
    }

    @Test("the longest addresses are taken", arguments: ["/", "@"])
    func longest(start: String) throws {
        let count = start == "/" ? 106 : 107
        _ = try SupervisorSocket(address: start + String(repeating: "a", count: count))
    }
}
