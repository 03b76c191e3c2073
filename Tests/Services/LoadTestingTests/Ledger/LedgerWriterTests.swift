import Foundation
import Platform
import TestSupport
import Testing

@testable import LoadTesting

@Suite("Writing a ledger") struct LedgerWriterTests {
    @Test("a line is in the file when its write returns, whoever else writes at the same time")
    func file() async throws {
        let folder = try TemporaryDirectory()
        let path = folder.file("ledger")
        let writer = try LedgerWriter(newFile: path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let line = "line \(number)\n"
                    try await writer.write(Array(line.utf8))
                    #expect(try String(contentsOfFile: path, encoding: .utf8).contains(line))
                    writer.writeSoon(Array("end \(number)\n".utf8))
                }
            }
            try await group.waitForAll()
        }
        try await writer.write([])
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(Set(lines) == Set((0..<50).flatMap { ["line \($0)", "end \($0)"] }.map { $0[...] }))
        #expect(lines.count == 100)
        #expect(writer.pieces.isEmpty)
    }

    @Test("a file that cannot be written fails every write from then on")
    func failure() async throws {
        let folder = try TemporaryDirectory()
        let path = folder.file("ledger")
        let writer = try LedgerWriter(newFile: path)
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        await #expect(throws: SystemError.self) { try await writer.write([1]) }
        try FileManager.default.removeItem(atPath: path)
        await #expect(throws: SystemError.self) { try await writer.write([1]) }
        #expect(throws: SystemError.self) { try LedgerWriter(newFile: path + "/no/folder") }
    }

    @Test("in memory, lines are kept in their order, in pieces of whole lines")
    func memory() async throws {
        let writer = LedgerWriter()
        let line = Array((String(repeating: "x", count: 99) + "\n").utf8)
        for _ in 0..<30_000 { try await writer.write(line) }
        writer.writeSoon(Array("end\n".utf8))
        let pieces = writer.pieces
        #expect(pieces.count > 1)
        #expect(pieces.allSatisfy { $0.last == UInt8(ascii: "\n") })
        #expect(pieces.reduce(0) { $0 + $1.count } == 3_000_004)
    }
}
