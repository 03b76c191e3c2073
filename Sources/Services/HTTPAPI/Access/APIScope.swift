/// What a token allows. The raw value is its name in configuration, and in the `scope` of a JSON Web Token.
package enum APIScope: String, Sendable, Hashable, CaseIterable {
    /// Posting events, of any user.
    case ingest
    /// Reading histories, profiles and recommendations of any user.
    case read
    /// Dead letters, the mode, the catalogue, and erasing users.
    case operate
}

/// Who sent a request, as far as a token tells. Immutable.
final class Caller: Sendable {
    /// The name of the token, or the `sub` of a JSON Web Token: for the audit log and rate limits.
    let name: String
    let scopes: Set<APIScope>
    /// The one user that the caller speaks for: posts events of, and reads. Nil for tokens that are no user's.
    let user: Int64?

    init(name: String, scopes: Set<APIScope>, user: Int64? = nil) {
        self.name = name
        self.scopes = scopes
        self.user = user
    }
}
