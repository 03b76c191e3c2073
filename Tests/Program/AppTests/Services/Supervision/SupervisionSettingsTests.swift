import Testing

@testable import App

@Suite struct SupervisionSettingsTests {
    private func settings(_ environment: [String: String]) -> SupervisionSettings? {
        SupervisionSettings(environment: environment, processID: 42)
    }

    @Test("without a socket nobody listens")
    func none() {
        #expect(settings([:]) == nil)
        #expect(settings(["NOTIFY_SOCKET": "", "WATCHDOG_USEC": "1000000"]) == nil)
    }

    @Test("systemd's variables are read")
    func watched() {
        let variables = ["NOTIFY_SOCKET": "/run/systemd/notify", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "42"]
        #expect(settings(variables) == SupervisionSettings(address: "/run/systemd/notify", watchdog: .seconds(30)))
    }

    @Test(
        "a watchdog that is off, unreadable or meant for another process is none",
        arguments: [
            [:], ["WATCHDOG_USEC": "0"], ["WATCHDOG_USEC": "-1"], ["WATCHDOG_USEC": "soon"],
            ["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "43"],
        ])
    func unwatched(variables: [String: String]) {
        let all = variables.merging(["NOTIFY_SOCKET": "@notify"]) { $1 }
        #expect(settings(all) == SupervisionSettings(address: "@notify"))
    }
}
