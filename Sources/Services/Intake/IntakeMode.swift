/// How posted events come to the stores.
package enum IntakeMode: String, Sendable, Hashable, CaseIterable {
    /// The API writes each event into both stores, and answers when both have committed. No broker is used.
    case direct
    /// The API publishes each event, and writes it itself as well: for comparing the paths.
    case parallel
    /// The API publishes; workers write.
    case queue

    /// Whether events are published.
    package var publishes: Bool { self != .direct }
    /// Whether the API writes into the stores.
    package var writes: Bool { self != .queue }
}
