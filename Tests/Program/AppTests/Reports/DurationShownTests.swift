import Testing

@testable import App

@Test(
    "a wait is shown in the unit that people would take for it",
    arguments: [
        (Duration.zero, "0 ms"), (.nanoseconds(72_054_652), "72 ms"), (.milliseconds(999), "999 ms"),
        (.seconds(1), "1.0 s"), (.milliseconds(1_055), "1.1 s"), (.milliseconds(9_949), "9.9 s"),
        (.milliseconds(9_950), "10 s"), (.milliseconds(30_400), "30 s"), (.seconds(-1), "0 ms"),
    ])
func waitsShown(_ wait: Duration, _ text: String) {
    #expect(wait.shown == text)
}
