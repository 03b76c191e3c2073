import Platform

/// What the supervisor that started this process (systemd, with `Type=notify`) wants to hear.
package struct SupervisionSettings: Sendable, Hashable {
    /// The socket that takes the messages: a path, or `@` and an abstract name.
    package var address: String
    /// The supervisor ends the process when it hears nothing for this long; nil where it does not watch.
    package var watchdog: Duration?

    /// Nil where no supervisor listens to this process.
    package static var ofThisProcess: SupervisionSettings? {
        SupervisionSettings(
            environment: Environment.snapshot(), processID: Int(ProcessStatistics.current().processID))
    }

    package init(address: String, watchdog: Duration? = nil) {
        self.address = address
        self.watchdog = watchdog
    }

    /// Reads systemd's variables: `NOTIFY_SOCKET`, `WATCHDOG_USEC`, and `WATCHDOG_PID`, which tells for which process the
    /// watchdog is meant. Nil where no supervisor listens.
    package init?(environment: [String: String], processID: Int) {
        guard let address = environment["NOTIFY_SOCKET"], !address.isEmpty else { return nil }
        self.address = address
        let isMeant = environment["WATCHDOG_PID"].map { $0 == "\(processID)" } ?? true
        guard isMeant, let microseconds = environment["WATCHDOG_USEC"].flatMap(Int64.init), microseconds > 0 else {
            return
        }
        watchdog = .microseconds(microseconds)
    }
}
