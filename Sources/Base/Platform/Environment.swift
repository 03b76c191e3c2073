import FoundationEssentials

package enum Environment {
    /// The environment variables of this process as they are now. To be read once, at the start, and passed on as a
    /// value. Safe to use from any thread as long as no thread sets a variable.
    package static func snapshot() -> [String: String] {
        ProcessInfo.processInfo.environment
    }
}
