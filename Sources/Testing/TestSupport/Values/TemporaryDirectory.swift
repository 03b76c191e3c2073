import FoundationEssentials

/// A new, empty folder for one test, removed with all that is in it when the last reference goes.
package final class TemporaryDirectory: Sendable {
    /// The folder, as an absolute path without a slash at its end.
    package let path: String

    /// Makes the folder in the system's place for temporary files.
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

    /// Removes the folder with all that is in it now; files that are still open live on without a name.
    package func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
