import Testing

@testable import Intake

@Suite struct ModeSwitchTests {
    @Test("a mode holds from the moment that it is set", arguments: IntakeMode.allCases)
    func modeHolds(mode: IntakeMode) {
        let modes = ModeSwitch(.queue)
        modes.set(mode)
        #expect(modes.mode == mode)
        #expect(ModeSwitch(mode).mode == mode)
    }
}
