import JSON
package import Platform

/// Keeps the mode that was set while the program ran, in a file of the data folder: `{"mode":"parallel"}`.
package struct ModeFile: Sendable {
    private let path: String

    package init(path: String) {
        self.path = path
    }

    /// The mode that was set last; nil if none ever was.
    ///
    /// - Throws: A ``Failure`` if the file cannot be read, or names no mode.
    package func read() throws(Failure) -> IntakeMode? {
        guard FileSystem.exists(path) else { return nil }
        let content: [UInt8]
        do throws(SystemError) {
            content = try FileSystem.contents(of: path)
        } catch {
            throw Failure(description: "the mode that was set last cannot be read: \(error)")
        }
        guard case .object(let members)? = try? JSONValue(parsing: content), case .string(let name)? = members["mode"],
            let mode = IntakeMode(rawValue: name)
        else {
            throw Failure(description: "\(path) names no mode: give --mode, or remove the file for the mode queue")
        }
        return mode
    }

    /// Keeps a mode; a crash leaves the file as it was or as it is to be.
    package func write(_ mode: IntakeMode) throws(SystemError) {
        var json = JSONWriter()
        json.object { json in json.member("mode", mode.rawValue) }
        try FileSystem.replace(path, with: json.bytes)
    }

    /// Why a file cannot be used.
    package struct Failure: Error, Hashable, CustomStringConvertible {
        package let description: String
    }
}
