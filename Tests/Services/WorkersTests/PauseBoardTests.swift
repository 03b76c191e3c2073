import Platform
import TestSupport
import Testing

@testable import Workers

@Suite struct PauseBoardTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private var path: String { directory.path + "/pauses" }

    @Test("the pauses of several processes are read together, whatever the reasons contain")
    func whatSeveralShowIsReadTogether()
        throws
    {
        let one = try PauseBoard(directory: path)
        let other = try PauseBoard(directory: path)
        #expect(try PauseBoard.read(directory: path) == [:])
        try one.show { ["events.neo4j": "a \"reason\"\nof two lines"] }
        try other.show { ["events.qdrant": "full"] }
        #expect(
            try PauseBoard.read(directory: path) == [
                "events.neo4j": "a \"reason\"\nof two lines", "events.qdrant": "full",
            ])
        try one.show { [:] }
        #expect(try PauseBoard.read(directory: path) == ["events.qdrant": "full"])
    }

    @Test("a process that has ended shows no pauses and leaves no files")
    func processThatHasGoneShowsNothing() throws {
        var board: PauseBoard? = try PauseBoard(directory: path)
        try board?.show { ["events.neo4j": "away"] }
        board = nil
        #expect(try PauseBoard.read(directory: path) == [:])
        #expect(try FileSystem.list(path) == ["door"])
    }

    @Test("files that a killed process left behind are ignored, and the next process removes them")
    func whatAKilledProcessLeftBehind() throws {
        try FileSystem.createDirectory(path)
        try FileSystem.append(Array(#"{"events.neo4j":"old"}"#.utf8), to: path + "/dead.json")
        try FileSystem.append([], to: path + "/dead.lock")
        #expect(try PauseBoard.read(directory: path) == [:])
        let board = try PauseBoard(directory: path)
        try board.show { ["events.qdrant": "new"] }
        #expect(try PauseBoard.read(directory: path) == ["events.qdrant": "new"])
        #expect(try !FileSystem.list(path).contains { $0.hasPrefix("dead") })
    }

    @Test("of concurrent changes the last one remains, and none is cut short")
    func ofChangesThatComeAtOnce() async throws {
        let board = try PauseBoard(directory: path)
        let shown = Recorder<Int>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for number in 0..<50 {
                        try board.show { ["events.neo4j": String(repeating: "x", count: shown.append(number))] }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try PauseBoard.read(directory: path)["events.neo4j"]?.count == 400)
    }

    @Test("a missing folder and a file that is not JSON show no pauses")
    func folderThatIsNotThere() throws {
        #expect(try PauseBoard.read(directory: path) == [:])
        let board = try PauseBoard(directory: path)
        try board.show { ["events.qdrant": "x"] }
        let file = try #require(try FileSystem.list(path).first { $0.hasSuffix(".json") })
        try FileSystem.replace("\(path)/\(file)", with: Array("{".utf8))
        #expect(try PauseBoard.read(directory: path) == [:])
        withExtendedLifetime(board) {}
    }
}
