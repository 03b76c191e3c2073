/// The mode, and how an operator changes it.
package struct ModeControl: Sendable {
    /// Why the mode stays as it is.
    package struct Failure: Error, Hashable, CustomStringConvertible {
        package let description: String

        package init(_ description: String) {
            self.description = description
        }
    }

    private let modes: ModeSwitch
    private let changing: @Sendable (IntakeMode) async throws(Failure) -> Void

    /// A mode that is kept nowhere and needs nothing.
    package init(_ modes: ModeSwitch) {
        self.init(modes) { mode in modes.set(mode) }
    }

    /// - Parameter changing: Makes ready what a mode needs, keeps the mode, and sets it in `modes`.
    package init(
        _ modes: ModeSwitch, changing: @escaping @Sendable (IntakeMode) async throws(Failure) -> Void
    ) {
        self.modes = modes
        self.changing = changing
    }

    /// The mode for the next request.
    package var mode: IntakeMode { modes.mode }

    /// Changes the mode for the requests that begin after this returns.
    ///
    /// - Returns: The mode of before.
    /// - Throws: Why the mode stays.
    package func change(to mode: IntakeMode) async throws(Failure) -> IntakeMode {
        let before = modes.mode
        try await changing(mode)
        return before
    }
}
