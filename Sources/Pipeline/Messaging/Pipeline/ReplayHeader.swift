/// What a replay writes into a message's headers.
package enum ReplayHeader {
    /// Names the replay that sent it last.
    package static let replay = "debias-replay"
    /// How many did.
    package static let count = "debias-replays"
}
