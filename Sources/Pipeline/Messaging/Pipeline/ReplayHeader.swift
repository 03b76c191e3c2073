/// What a replay writes into a message's headers.
public enum ReplayHeader {
    /// Names the replay that sent it last.
    public static let replay = "debias-replay"
    /// How many did.
    public static let count = "debias-replays"
}
