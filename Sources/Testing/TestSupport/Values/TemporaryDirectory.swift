import FoundationEssentials

/// A new, empty folder for one test, removed with its contents when the last reference is released.
package final class TemporaryDirectory: Sendable {
    /// The absolute path of the folder, without a slash at its end.
    package let path: String

    /// Creates the folder in the system's folder for temporary files.
    package init() throws {
        let name = "debias-test-\(UUID().uuidString.lowercased())"
        let url = FileManager.default.temporaryDirectory.appending(path: name, directoryHint: .notDirectory)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        path = url.path
    }

    deinit {
        remove()
    }

    /// The path of `name` in the folder.
    package func file(_ name: String) -> String {
        "\(path)/\(name)"
    }

    /// Removes the folder with its present contents; files that are still open continue to exist without a name.
    package func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
