import FoundationEssentials

/// The environment variables of this process.
package enum Environment {
    /// All of them as they are now. To be taken once, at the start, and handed on as a value. Safe to use from any
    /// thread as long as nobody sets one.
    package static func snapshot() -> [String: String] {
        ProcessInfo.processInfo.environment
    }
}
