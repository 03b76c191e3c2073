package import Intake
package import Observability

/// The mode in which an API starts: the one that it is told, else the one that was set last while it ran, else `queue`.
package struct StartMode: Sendable, Hashable {
    /// The mode.
    package let mode: IntakeMode
    /// The mode that was set last, where it is told another one.
    private let overridden: IntakeMode?

    /// - Parameters:
    ///   - told: What the option says; nil without it.
    ///   - backEnds: Whose data folder keeps the mode.
    /// - Throws: ``ModeFile/Failure`` if the mode that was set last is needed and cannot be read.
    package init(told: IntakeMode?, _ backEnds: BackEnds) throws(ModeFile.Failure) {
        let file = ModeFile(path: backEnds.modeFile)
        guard let told else {
            mode = try file.read() ?? .queue
            overridden = nil
            return
        }
        mode = told
        let kept = try? file.read()
        overridden = kept == told ? nil : kept
    }

    /// Says so where the option and the mode that was set last differ.
    package func report(to log: Log) {
        guard let overridden else { return }
        log(
            .warning, "the mode is the one that --mode or DEBIAS_MODE names, not the one that was set last",
            ["mode": mode.rawValue, "set_last": overridden.rawValue])
    }
}
