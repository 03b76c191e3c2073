import JSON
package import Stores

/// What `profile rebuild` has done.
package struct RebuildReport: Report, Sendable {
    private let userID: Int64?
    private let profiles: Int
    private let time: Duration

    /// Recomputes one user's profile, or those of all users for nil, from the stored interactions.
    ///
    /// - Parameter report: Receives how many are computed, from any thread.
    /// - Throws: ``StoreError`` if the store fails; profiles that were written stay.
    package static func rebuild(
        userID: Int64?, in store: any ProfileStore, _ report: @escaping @Sendable (_ computed: Int) -> Void = { _ in }
    ) async throws(StoreError) -> RebuildReport {
        let start = ContinuousClock.now
        let profiles = try await store.rebuild(userID: userID, report)
        return RebuildReport(userID: userID, profiles: profiles, time: .now - start)
    }

    /// One JSON object; the time in seconds.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("profiles", profiles)
            json.member("seconds", time / .seconds(1))
        }
        return json.bytes
    }

    package var text: String {
        if let userID, profiles == 0 { return "user \(userID) has no interactions, and hence no profile\n" }
        return "\(profiles) \(profiles == 1 ? "profile" : "profiles") rebuilt, \(time.inSeconds) s\n"
    }
}
