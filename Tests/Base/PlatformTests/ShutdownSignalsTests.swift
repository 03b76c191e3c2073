import Glibc
import TestSupport
import Testing

/// The helper also checks that waiting can be cancelled, and that a signal that has come is given again.
@Suite("Shutdown signals") struct ShutdownSignalsTests {
    @Test(
        "the first signal asks to stop, the second one ends the process at once",
        arguments: [(SIGINT, "interrupt", 130), (SIGTERM, "terminate", 143)] as [(Int32, String, Int32)])
    func twice(signal: Int32, name: String, status: Int32) async throws {
        let helper = try HelperProcess(testing: "platform", ["signals"])
        #expect(await helper.nextLine() == "ready")
        helper.send(signal: signal)
        #expect(await helper.nextLine() == name)
        helper.send(signal: signal)
        #expect(await helper.exit() == .status(status))
    }

    @Test("after a clean stop the process ends by itself")
    func once() async throws {
        let helper = try HelperProcess(testing: "platform", ["signals"])
        #expect(await helper.nextLine() == "ready")
        helper.send(signal: SIGTERM)
        #expect(await helper.nextLine() == "terminate")
        helper.send(line: "go on")
        #expect(await helper.exit() == .status(0))
    }
}
