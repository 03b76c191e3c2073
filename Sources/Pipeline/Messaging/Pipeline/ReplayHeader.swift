/// The headers that a replay sets.
package enum ReplayHeader {
    /// The name of the replay that sent the message last.
    package static let replay = "debias-replay"
    /// How many replays have sent the message.
    package static let count = "debias-replays"
}
