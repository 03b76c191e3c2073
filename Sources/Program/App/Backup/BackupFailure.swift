/// Why a backup or a restore was not made, and what to do.
package struct BackupFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
