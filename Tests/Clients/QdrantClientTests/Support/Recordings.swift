import FoundationEssentials
import HTTPMessages
import JSON

/// What a Qdrant 1.18.3 was asked and has answered.
struct Exchange: Sendable, CustomStringConvertible {
    let name: String
    let method: String
    let path: String
    let request: [String: JSONValue]
    let status: Int
    let body: [UInt8]
    let retryAfter: Duration?
    let content: JSONValue?

    var description: String { name }

    /// The text of a refusal.
    var error: String? {
        guard case .object(let members) = content else {
            return status == 200 ? nil : String(decoding: body, as: UTF8.self)
        }
        guard case .object(let status) = members["status"], case .string(let text) = status["error"] else { return nil }
        return text
    }

    init(_ line: Substring) throws {
        guard case .object(let members) = try JSONValue(parsing: Array(line.utf8)),
            case .string(let name) = members["name"], case .object(let request) = members["request"],
            case .string(let method) = request["method"], case .string(let path) = request["path"],
            case .object(let response) = members["response"], case .integer(let status) = response["status"]
        else { throw JSONSyntaxError(reason: "not an exchange", offset: 0) }
        self.name = name
        self.method = method
        self.path = path
        self.request = request
        self.status = Int(status)
        content = response["body"]
        var json = JSONWriter()
        if let content { json.value(content) }
        if case .string(let text) = response["text"] { body = Array(text.utf8) } else { body = json.bytes }
        switch response["retry_after"] {
        case .string(let seconds): retryAfter = Int(seconds).map { .seconds($0) }
        case .integer(let seconds): retryAfter = .seconds(seconds)
        default: retryAfter = nil
        }
    }

    static let all: [Exchange] = ["exchanges", "exchanges-api-key"].flatMap { name in
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.appending(path: "Fixtures/\(name).jsonl")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { try? Exchange($0) }
    }

    static func named(_ name: String) -> Exchange? { all.first { $0.name == name } }
}
