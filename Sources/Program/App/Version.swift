/// The program's version, defined only here: `--version` prints it, and CHANGELOG.md has a section for it.
package enum Version {
    /// Major, minor and patch, as semantic versioning numbers them.
    package static let current = "0.1.0"
}
