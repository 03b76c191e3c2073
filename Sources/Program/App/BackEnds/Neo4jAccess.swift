/// Who uses a graph on a server, and in which database. Neither description nor dump shows the password.
package struct Neo4jAccess: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The user; nil where the address names one, or the server asks nobody.
    package var user: String?
    /// The password of the user.
    package var password: String?
    /// The database; nil stands for the user's own.
    package var database: String?

    /// By default, whoever the address names, in that user's database.
    package init(user: String? = nil, password: String? = nil, database: String? = nil) {
        self.user = user
        self.password = password
        self.database = database
    }

    /// The user and the database.
    package var description: String { "user \(user ?? "of the address"), database \(database ?? "of the user")" }
    package var customMirror: Mirror { Mirror(self, children: ["access": description]) }
}
