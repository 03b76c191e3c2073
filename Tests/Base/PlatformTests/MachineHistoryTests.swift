import Testing

@testable import Platform

@Suite struct MachineHistoryTests {
    @Test("Linux tells its boot and how many processes it killed for lack of memory")
    func current() {
        let history = MachineHistory.current()
        #expect(history.boot.count == 36)
        #expect(history.boot == MachineHistory.current().boot)
        #expect(history.memoryKills >= 0)
    }

    @Test("the counter is found among the others, and missing counts as none")
    func counters() {
        #expect(MachineHistory.memoryKills(in: "drop_slab 1\noom_kill 12\noom_kill_other 5\n") == 12)
        #expect(MachineHistory.memoryKills(in: "drop_slab 1\n") == 0)
        #expect(MachineHistory.memoryKills(in: "oom_kill many\n") == 0)
    }
}
