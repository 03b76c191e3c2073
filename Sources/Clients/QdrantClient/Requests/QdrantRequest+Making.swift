import Bytes
import HTTPMessages
import JSON

extension QdrantRequest {
    /// A request whose body is written at once.
    init(
        _ method: HTTPMethod, _ segments: [String], query: [(String, String)] = [], isRead: Bool = false,
        isRepeatable: Bool = true, reserving capacity: Int = 256,
        body write: ((inout JSONWriter) throws(QdrantError) -> Void)? = nil,
        read: @escaping @Sendable (inout QdrantAnswerReader) throws(QdrantError) -> Answer
    ) {
        self.method = method
        path = segments.map { "/" + PercentEncoding.encode($0) }.joined()
        if !query.isEmpty { path += "?" + query.map { "\($0)=\(PercentEncoding.encode($1))" }.joined(separator: "&") }
        self.isRead = isRead || method == .get
        self.isRepeatable = isRepeatable || self.isRead
        self.read = read
        // Such a name would be another path.
        var failure =
            segments.contains { ["", ".", ".."].contains($0) }
            ? QdrantError(.unencodable, "\"\(segments.joined(separator: "/"))\" has a name that no collection can have")
            : nil
        var json = JSONWriter(reserving: capacity)
        do throws(QdrantError) {
            try write?(&json)
        } catch {
            failure = failure ?? error
        }
        body = failure == nil ? json.bytes : []
        self.failure = failure
    }

    /// What an answer with another status than 200 means.
    func refusal(_ status: HTTPStatus, _ body: [UInt8], _ retryAfter: Duration?) -> QdrantError {
        let code: QdrantError.Code =
            switch status.code {
            case 401, 403: .accessRefused
            case 404: .notFound
            case 408: .timedOut
            case 409: .conflict
            case 429: .rateLimited
            case 507: .outOfStorage
            case 400..<500: .rejected
            case 500...: .unavailable
            default: .malformedAnswer
            }
        // Refused before anything is done: who may not, what is too often, and what is not understood. Of several operations
        // the first may be done before another fails, and of several shards one before another.
        let isUntouched = [401, 403, 405, 413, 429].contains(status.code)
        let mayBeDone = status.code == 408 || status.code >= 500 || isBatch && !isUntouched
        let text = QdrantAnswerReader.errorText(body)
        return QdrantError(
            code, "\(name): \(status)" + (text.isEmpty ? "" : ": \(text)"), status: status.code, retryAfter: retryAfter,
            isOutcomeUnknown: !isRead && mayBeDone)
    }

    private var isBatch: Bool { path.prefix { $0 != "?" }.hasSuffix("/points/batch") }
}
