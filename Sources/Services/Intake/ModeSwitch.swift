import Synchronization

/// The mode that holds for the next request. Looking at it takes no lock; safe to use from any thread.
package final class ModeSwitch: Sendable {
    private let place: Atomic<Int>

    package init(_ mode: IntakeMode) {
        place = Atomic(Self.place(of: mode))
    }

    /// The mode for a request that begins now.
    package var mode: IntakeMode { IntakeMode.allCases[place.load(ordering: .relaxed)] }

    /// Requests that began before end in the mode that they began in.
    package func set(_ mode: IntakeMode) {
        place.store(Self.place(of: mode), ordering: .relaxed)
    }

    private static func place(of mode: IntakeMode) -> Int {
        switch mode {
        case .direct: 0
        case .parallel: 1
        case .queue: 2
        }
    }
}
