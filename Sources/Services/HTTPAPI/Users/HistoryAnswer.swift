import Events
import HTTPMessages
import HTTPServer
import JSON
import Stores

/// The answer to a request for a history: at once where it is short, else part by part, while the client reads. However long
/// a history and slow its client, little of it is in memory.
struct HistoryAnswer: Sendable {
    /// The most events that are read at a time.
    static let part = 50
    /// How many bytes are gathered before they are sent.
    private static let block = 16_384

    let graph: any GraphStore
    let query: HistoryQuery

    /// The first events that a query asks for.
    func page(_ query: HistoryQuery) async throws(StoreError) -> HistoryPage {
        var query = query
        query.limit = min(query.limit, Self.part)
        return try await graph.history(query)
    }

    /// - Parameter first: What the query began with.
    func response(beginningWith first: HistoryPage) -> HTTPResponse {
        guard let next = first.next, query.limit > first.events.count else {
            var json: [UInt8] = []
            Self.append(first.events, isFirst: true, to: &json)
            Self.append(endWith: first.next, to: &json)
            return .json(json)
        }
        let rest = HTTPBodyStream { writer in try await write(first.events, next, to: writer) }
        return HTTPResponse(headers: ["Content-Type": "application/json"], body: .stream(rest))
    }

    /// Writes the whole answer. Where the store fails in between, the answer has no end.
    private func write(_ first: [Event], _ next: HistoryCursor, to writer: HTTPBodyWriter) async throws {
        var json: [UInt8] = []
        Self.append(first, isFirst: true, to: &json)
        var page = query
        page.limit = query.limit - first.count
        page.after = next
        while page.after != nil, page.limit > 0 {
            if json.count >= Self.block {
                try await writer.write(json)
                json.removeAll(keepingCapacity: true)
            }
            let found = try await self.page(page)
            Self.append(found.events, isFirst: false, to: &json)
            page.limit -= found.events.count
            page.after = found.next
        }
        Self.append(endWith: page.after, to: &json)
        try await writer.write(json)
    }

    private static func append(_ events: [Event], isFirst: Bool, to json: inout [UInt8]) {
        if isFirst { json += #"{"events":["#.utf8 }
        for (index, event) in events.enumerated() {
            if !isFirst || index > 0 { json.append(UInt8(ascii: ",")) }
            var writer = JSONWriter()
            writer.value(event)
            json += writer.bytes
        }
    }

    private static func append(endWith next: HistoryCursor?, to json: inout [UInt8]) {
        json.append(UInt8(ascii: "]"))
        if let next { json += #","next":"\#(next)""#.utf8 }
        json.append(UInt8(ascii: "}"))
    }
}
