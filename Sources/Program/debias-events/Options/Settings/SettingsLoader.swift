import Arguments
import JSON
import Platform

/// Reads the file of settings: one JSON object with option names as keys.
enum SettingsLoader {
    /// The name of the file in a folder where nothing else names one.
    static let name = "debias.json"

    static let file = SettingsFile(option: "config") { path, text in
        if let path { return try settings(in: path) }
        if FileSystem.exists(name) { return try settings(in: "./\(name)", isFound: true) }
        guard let folder = text("data-dir"), FileSystem.exists("\(folder)/\(name)") else { return nil }
        let found = try settings(in: "\(folder)/\(name)", isFound: true)
        guard found.values["data-dir"] == nil else {
            throw CommandFailure(
                "\(found.name) lies in the data folder, so it cannot say where that is: remove data-dir from it")
        }
        return found
    }

    /// - Parameter isFound: Whether nobody has named the file: others can then put one where a command looks, and send
    ///   passwords to a server of theirs.
    private static func settings(in path: String, isFound: Bool = false) throws -> Settings {
        if isFound, FileSystem.isWritableByOthers(path) {
            throw CommandFailure(
                "\(path) belongs to another user or may be written by all; pass --config \(path) if you trust it")
        }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: try FileContents.read(path))
        } catch {
            throw CommandFailure("\(path) is not JSON: \(error)")
        }
        guard case .object(let members) = value else {
            throw CommandFailure(
                "\(path) is not a JSON object of settings such as {\"port\": 8000, \"data-dir\": \"data\"}")
        }
        return Settings(name: path, values: try members.mapValues { try words(of: $0, path) })
    }

    private static func words(of value: JSONValue, _ path: String) throws -> [String] {
        switch value {
        case .null: []
        case .bool(let value): ["\(value)"]
        case .integer(let value): ["\(value)"]
        case .unsigned(let value): ["\(value)"]
        case .number(let value): ["\(value)"]
        case .exact(let value): ["\(value)"]
        case .string(let value): [value]
        case .array(let elements): try elements.flatMap { try words(of: $0, path) }
        case .object: throw CommandFailure("\(path): a setting is a string, a number, a boolean or a list of these")
        }
    }
}
