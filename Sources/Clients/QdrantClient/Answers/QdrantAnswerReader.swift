import JSON

/// Walks over an answer of Qdrant, `{"result": ..., "status": "ok", "time": ...}`, and checks what it is made of.
///
/// Nothing here traps, whatever the bytes are: a peer's answer is data.
struct QdrantAnswerReader {
    var json: JSONReader
    let name: String

    /// Levels of an answer: those of a payload and some around it.
    static let depth = 64

    init(_ body: [UInt8], _ name: String) {
        json = JSONReader(body, maximumDepth: Self.depth)
        self.name = name
    }

    /// The whole body as text, such as that of `/healthz`.
    var text: String { String(decoding: json.bytes.prefix(Self.longestText), as: UTF8.self) }

    func malformed(_ reason: String) -> QdrantError {
        QdrantError(.malformedAnswer, "\(name): not an answer of Qdrant: \(reason) at byte \(json.index)")
    }

    /// Takes a step of the reader, whose errors mean that the answer is not JSON.
    mutating func step<Value>(
        _ body: (inout JSONReader) throws(JSONSyntaxError) -> Value
    ) throws(QdrantError) -> Value {
        do throws(JSONSyntaxError) {
            return try body(&json)
        } catch {
            throw QdrantError(.malformedAnswer, "\(name): not an answer of Qdrant: \(error)")
        }
    }

    // MARK: Answers

    /// Reads the result of an answer, which `read` does.
    mutating func result<Value>(
        _ read: (inout QdrantAnswerReader) throws(QdrantError) -> Value
    ) throws(QdrantError) -> Value {
        var result: Value?
        var isOK = false
        try object { reader, key throws(QdrantError) in
            switch key {
            case "result": result = try read(&reader)
            case "status":
                // An error with the status of a success is none of Qdrant's habits; a proxy may make one.
                guard reader.json.peek() == UInt8(ascii: "\"") else {
                    throw reader.malformed("a status that is not ok")
                }
                isOK = try reader.string() == "ok"
            default: try reader.skip()
            }
        }
        try step { json throws(JSONSyntaxError) in try json.finish() }
        guard isOK else { throw malformed("a status that is not ok") }
        guard let result else { throw malformed("no result") }
        return result
    }

    // MARK: Structure

    mutating func skip() throws(QdrantError) {
        _ = try step { json throws(JSONSyntaxError) in try json.value() }
    }

    /// Steps over null, if it is next.
    mutating func skipNull() throws(QdrantError) -> Bool {
        guard json.peek() == UInt8(ascii: "n") else { return false }
        try skip()
        return true
    }

    /// Walks over the members of an object; `member` steps over each value.
    mutating func object(
        _ member: (inout QdrantAnswerReader, String) throws(QdrantError) -> Void
    ) throws(QdrantError) {
        guard json.peek() == UInt8(ascii: "{") else { throw malformed("expected an object") }
        try step { json throws(JSONSyntaxError) in try json.openObject() }
        var isFirst = true
        while let key = try step({ json throws(JSONSyntaxError) in try json.nextKey(isFirst: isFirst) }) {
            isFirst = false
            try member(&self, json.string(key))
        }
    }

    /// Walks over the elements of an array, each of which `element` reads.
    mutating func array<Element>(
        _ element: (inout QdrantAnswerReader) throws(QdrantError) -> Element
    ) throws(QdrantError) -> [Element] {
        guard json.peek() == UInt8(ascii: "[") else { throw malformed("expected an array") }
        try step { json throws(JSONSyntaxError) in try json.openArray() }
        var elements: [Element] = []
        while try step({ json throws(JSONSyntaxError) in try json.nextElement(isFirst: elements.isEmpty) }) {
            elements.append(try element(&self))
        }
        return elements
    }

    // MARK: Values

    mutating func string() throws(QdrantError) -> String {
        let token = try step { json throws(JSONSyntaxError) in try json.value() }
        guard case .string = token.kind else { throw malformed("expected a text") }
        return json.string(token)
    }

    mutating func bool() throws(QdrantError) -> Bool {
        let token = try step { json throws(JSONSyntaxError) in try json.value() }
        guard case .bool(let value) = token.kind else { throw malformed("expected true or false") }
        return value
    }

    /// A number from 0 to 2^64 - 1.
    mutating func unsigned() throws(QdrantError) -> UInt64 {
        let token = try step { json throws(JSONSyntaxError) in try json.value() }
        guard token.kind == .number(isInteger: true),
            let value = UInt64(String(decoding: json.bytes[token.range], as: UTF8.self))
        else { throw malformed("expected an unsigned number") }
        return value
    }

    /// A count; nil for null, which some servers put for what they do not know.
    mutating func count() throws(QdrantError) -> Int? {
        if try skipNull() { return nil }
        return Int(clamping: try unsigned())
    }

    /// A number; nil for null, which stands for an infinite one.
    mutating func float() throws(QdrantError) -> Float? {
        if try skipNull() { return nil }
        let token = try step { json throws(JSONSyntaxError) in try json.value() }
        guard case .number = token.kind else { throw malformed("expected a number") }
        return Float(json.double(token))
    }

    mutating func tree() throws(QdrantError) -> JSONValue {
        try step { json throws(JSONSyntaxError) in try json.tree() }
    }

    mutating func pointID() throws(QdrantError) -> QdrantPointID {
        guard json.peek() == UInt8(ascii: "\"") else { return .number(try unsigned()) }
        guard let id = QdrantPointID(uuid: try string()) else { throw malformed("expected the id of a point") }
        return id
    }

    // MARK: Refusals

    private static let longestText = 1_000

    /// The server's own words in an answer that refuses: `status.error`, or the body where that is not JSON.
    static func errorText(_ body: [UInt8]) -> String {
        var reader = QdrantAnswerReader(body, "")
        var text: String?
        do throws(QdrantError) {
            try reader.object { reader, key throws(QdrantError) in
                guard key == "status", reader.json.peek() == UInt8(ascii: "{") else { return try reader.skip() }
                try reader.object { reader, key throws(QdrantError) in
                    guard key == "error", reader.json.peek() == UInt8(ascii: "\"") else { return try reader.skip() }
                    text = try reader.string()
                }
            }
        } catch {
            // Not JSON, or not whole: what was understood is shown, else the text as it is.
        }
        let shown = text ?? String(decoding: body.prefix(longestText), as: UTF8.self)
        // On one line, whatever a proxy's page contains.
        return String(
            String.UnicodeScalarView(
                shown.unicodeScalars.prefix(longestText).map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}

extension QdrantAnswerReader {
    func notApplied(_ reason: String) -> QdrantError {
        QdrantError(.notApplied, "\(name): \(reason)", status: 200, isOutcomeUnknown: true)
    }
}
