import Foundation
import Testing

@testable import Platform

@Suite("Terminal") struct TerminalTests {
    @Test("a pipe is not a terminal, has a width nevertheless, and no colours")
    func pipe() {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        let terminal = Terminal(descriptor: descriptor, environment: ["TERM": "xterm"])
        #expect(!terminal.isTerminal)
        #expect(terminal.width == 80)
        #expect(!terminal.allowsColor)
        #expect(Terminal(descriptor: descriptor, environment: ["COLUMNS": "132"]).width == 132)
        #expect(Terminal(descriptor: descriptor, environment: ["COLUMNS": "-1"]).width == 80)
    }

    @Test("a terminal has its own width, and colours")
    func pseudoTerminal() throws {
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        try #require(master >= 0)
        defer { close(master) }
        let descriptor = try openSlave(of: master)
        defer { close(descriptor) }
        // Rows, columns and two sizes in pixels: a struct winsize, which another module has on each Debian.
        var size: [UInt16] = [24, 101, 0, 0]
        #expect(ioctl(descriptor, UInt(TIOCSWINSZ), &size) == 0)
        let terminal = Terminal(descriptor: descriptor, environment: ["TERM": "xterm", "COLUMNS": "60"])
        #expect(terminal.isTerminal)
        #expect(terminal.width == 101)
        #expect(terminal.allowsColor)
        #expect(!Terminal(descriptor: descriptor, environment: ["TERM": "xterm", "NO_COLOR": "1"]).allowsColor)
    }

    @Test(
        "colours need a terminal that knows them, and nobody who objects",
        arguments: [
            (["TERM": "xterm-256color"], true), (["TERM": "dumb"], false), ([:], false), (["TERM": ""], false),
            (["TERM": "xterm", "NO_COLOR": "1"], false), (["TERM": "xterm", "NO_COLOR": ""], true),
        ] as [([String: String], Bool)])
    func color(environment: [String: String], isAllowed: Bool) {
        #expect(Terminal.allowsColor(environment) == isAllowed)
    }

    private func openSlave(of master: Int32) throws -> Int32 {
        // grantpt, unlockpt and ptsname are not imported; this is what they do (TIOCSPTLCK, TIOCGPTN).
        var number: Int32 = 0
        try #require(ioctl(master, 0x4004_5431, &number) == 0 && ioctl(master, 0x8004_5430, &number) == 0)
        let name = "/dev/pts/\(number)"
        let descriptor = open(name, O_RDWR | O_NOCTTY)
        try #require(descriptor >= 0)
        return descriptor
    }
}
