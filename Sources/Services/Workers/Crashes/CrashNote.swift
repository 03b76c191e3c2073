import Platform

/// What is noted of an event that is being processed alone: how often its worker died with it so far, and the
/// circumstances under which this attempt began. Pure.
struct CrashNote: Hashable {
    /// What ends processes beside the events that they process.
    struct Circumstances: Hashable {
        var machine: MachineHistory
        /// How many processes with workers died while no event was processed alone.
        var otherDeaths: Int
    }

    /// What else than the event explains a death.
    enum Explanation: String, Hashable {
        case restart = "the machine was restarted"
        case memory = "the machine was out of memory, and Linux killed processes"
        case others = "other workers died as well, which did not process an event alone"
    }

    /// The deaths that nothing else explains.
    var deaths = 0
    /// The process of the present attempt.
    var process: String
    /// The circumstances at the begin of the present attempt.
    var began: Circumstances

    /// The note of the next attempt after the death of this attempt's process, and what else explains that death.
    func next(process: String, _ now: Circumstances) -> (note: CrashNote, explanation: Explanation?) {
        let explanation = explanation(at: now)
        let deaths = explanation == nil ? deaths + 1 : deaths
        return (CrashNote(deaths: deaths, process: process, began: now), explanation)
    }

    private func explanation(at now: Circumstances) -> Explanation? {
        if now.machine.boot != began.machine.boot { return .restart }
        if now.machine.memoryKills > began.machine.memoryKills { return .memory }
        return now.otherDeaths > began.otherDeaths ? .others : nil
    }
}

extension CrashNote {
    var text: String {
        """
        \(deaths) \(process) \(began.otherDeaths) \(began.machine.memoryKills) \(began.machine.boot)

        """
    }

    /// Nil for a text of another kind.
    init?(_ text: String) {
        let line = text.prefix { $0 != "\n" }
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 5, let deaths = Int(words[0]), let others = Int(words[2]),
            let memoryKills = Int(words[3])
        else { return nil }
        self.init(
            deaths: deaths, process: String(words[1]),
            began: Circumstances(
                machine: MachineHistory(boot: String(words[4]), memoryKills: memoryKills), otherDeaths: others))
    }
}
