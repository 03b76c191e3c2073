public import HTTPMessages
public import JSON

extension QdrantRequest where Answer == JSONValue {
    /// Any other request, as Qdrant's documentation writes it. The answer is the body as a whole.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - path: The segments of the path, not encoded.
    ///   - query: The parameters, not encoded.
    ///   - body: The JSON to send; nil for none.
    ///   - isRead: Whether the request changes nothing on the server; GET never does.
    ///   - isRepeatable: Whether the request comes to the same when it is done twice.
    public static func other(
        _ method: HTTPMethod, _ path: [String], query: [(String, String)] = [], body: JSONValue? = nil,
        isRead: Bool = false, isRepeatable: Bool = false
    ) -> QdrantRequest {
        QdrantRequest(method, path, query: query, isRead: isRead, isRepeatable: isRepeatable) {
            json throws(QdrantError) in
            if let body { json.value(body) }
        } read: { reader throws(QdrantError) in
            let answer = try reader.tree()
            try reader.step { json throws(JSONSyntaxError) in try json.finish() }
            return answer
        }
    }
}
