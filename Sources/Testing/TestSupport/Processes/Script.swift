import FoundationEssentials

/// The scripts of this package.
package enum Script {
    /// The path of `scripts/NAME`.
    package static func path(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../../scripts/\(name)")
            .standardized.path
    }
}
