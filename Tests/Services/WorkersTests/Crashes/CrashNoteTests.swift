import Platform
import Testing

@testable import Workers

@Suite struct CrashNoteTests {
    private let began = CrashNote.Circumstances(
        machine: MachineHistory(boot: "0b1e-1", memoryKills: 7), otherDeaths: 2)

    private func note() -> CrashNote { CrashNote(deaths: 1, process: "p1", began: began) }

    @Test("a death that nothing else explains counts")
    func counts() {
        let (next, explanation) = note().next(process: "p2", began)
        #expect(explanation == nil)
        #expect(next == CrashNote(deaths: 2, process: "p2", began: began))
    }

    @Test("a death does not count when the machine restarted, Linux killed for memory, or other workers died as well")
    func explained() {
        var (restarted, short, alone) = (began, began, began)
        restarted.machine = MachineHistory(boot: "0b1e-2", memoryKills: 0)
        short.machine.memoryKills += 1
        alone.otherDeaths += 1
        for (now, expected) in [(restarted, CrashNote.Explanation.restart), (short, .memory), (alone, .others)] {
            let (next, explanation) = note().next(process: "p2", now)
            #expect(explanation == expected)
            #expect(next == CrashNote(deaths: 1, process: "p2", began: now))
        }
    }

    @Test("a note is read as it was written, also where Linux names no boot")
    func text() {
        var nameless = note()
        nameless.began.machine.boot = ""
        for note in [note(), nameless] { #expect(CrashNote(note.text) == note) }
    }

    @Test("what is no note is none", arguments: ["", "+++", "1 2 3", "x p 1 2 b\n", "1 p 1 2 3 4\n"])
    func damaged(text: String) {
        #expect(CrashNote(text) == nil)
    }
}
