import Events
import Intake
import Observability
import TestSupport
import Testing

@testable import App

@Suite struct StartModeTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private var backEnds: BackEnds { BackEnds(dataDirectory: directory.path) }

    private func keep(_ mode: IntakeMode) throws {
        try ModeFile(path: backEnds.modeFile).write(mode)
    }

    private func lines(of start: StartMode) -> [String] {
        let lines = Recorder<String>()
        start.report(to: Log(now: { .now }, write: { lines.append($0) }))
        return lines.entries
    }

    @Test("without an option, the mode that was set last holds; else queue")
    func kept() throws {
        #expect(try StartMode(told: nil, backEnds).mode == .queue)
        try keep(.parallel)
        let start = try StartMode(told: nil, backEnds)
        #expect(start.mode == .parallel)
        #expect(lines(of: start).isEmpty)
    }

    @Test("an option wins, and the log says so where the two differ")
    func told() throws {
        try keep(.parallel)
        let start = try StartMode(told: .direct, backEnds)
        #expect(start.mode == .direct)
        #expect(lines(of: start).first?.contains("set_last=parallel") == true)
        #expect(lines(of: try StartMode(told: .parallel, backEnds)).isEmpty)
    }
}
