import Foundation
import Testing

@testable import Platform

@Suite("Process and wall clock") struct ProcessTests {
    @Test("the statistics tell of this process")
    func statistics() {
        let before = ProcessStatistics.current()
        #expect(before.processID == ProcessInfo.processInfo.processIdentifier)
        #expect(before.residentBytes > 1 << 20)
        #expect(before.peakResidentBytes > 1 << 20)
        #expect(before.descriptorLimit > 2)
        let block = [UInt8](repeating: 1, count: 64 << 20)
        let after = ProcessStatistics.current()
        #expect(after.peakResidentBytes >= 64 << 20)
        #expect(after.residentBytes >= 64 << 20)
        #expect(after.processorTime >= before.processorTime)
        #expect(block.last == 1)
    }

    @Test("the descriptor limit is raised to what is permitted, and stays there")
    func descriptorLimit() {
        let raised = ProcessStatistics.raiseDescriptorLimit()
        #expect(raised >= 256)
        #expect(ProcessStatistics.raiseDescriptorLimit() == raised)
        #expect(ProcessStatistics.current().descriptorLimit == raised)
    }

    @Test("the wall clock is the time of day")
    func wallClock() {
        let before = Int64(Date().timeIntervalSince1970 * 1e6)
        let now = WallClock.microseconds()
        let after = Int64(Date().timeIntervalSince1970 * 1e6)
        #expect((before - 1...after + 1).contains(now))
    }

    @Test("the environment is that of the process")
    func environment() {
        #expect(Environment.snapshot() == ProcessInfo.processInfo.environment)
        #expect(Environment.snapshot()["PATH"]?.isEmpty == false)
    }
}
