import Arguments
import JSON

/// Reads the file of `--config`: one JSON object with option names as keys.
enum SettingsLoader {
    static let file = SettingsFile(option: "config") { path in
        guard let path else { return nil }
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
