import Events
import HTTPMessages
import HTTPServer
import HTTPWire
import JSON
import Stores

extension HTTPAPI {
    /// `GET /users/{id}/history?limit=&after=&type=`: newest first, in pages.
    func history(_ request: HTTPRequest, _ path: PathParameters) async throws(Problem) -> HTTPResponse {
        let query = try historyQuery(ofUser: path["id"], request)
        let answer = HistoryAnswer(graph: graph, query: query)
        let first: HistoryPage
        do throws(StoreError) {
            first = try await answer.page(query)
        } catch {
            throw .unavailable("The graph cannot be read: \(error)")
        }
        return answer.response(beginningWith: first)
    }

    private func historyQuery(ofUser id: Substring, _ request: HTTPRequest) throws(Problem) -> HistoryQuery {
        var query = HistoryQuery(userID: try user(id), limit: 50)
        var issues: [ValidationIssue] = []
        if let text = request.parameter("limit") {
            if let limit = Int(text), (1...limits.historyPage).contains(limit) {
                query.limit = limit
            } else {
                issues.append(.query("limit", "limit is a number from 1 to \(limits.historyPage)", type: .intType))
            }
        }
        if let text = request.parameter("after") {
            query.after = HistoryCursor(text)
            if query.after == nil {
                issues.append(.query("after", "after is the `next` of the previous page", type: .valueError))
            }
        }
        if let text = request.parameter("type") {
            query.type = EventType(rawValue: text)
            if query.type == nil {
                let names = EventType.allCases.map(\.rawValue).joined(separator: ", ")
                issues.append(.query("type", "type is one of \(names)", type: .enumeration))
            }
        }
        guard issues.isEmpty else { throw .invalid(issues) }
        return query
    }

    /// The user that a path names.
    func user(_ text: Substring) throws(Problem) -> Int64 {
        guard let id = Int64(text), id > 0 else { throw .invalid([.path("user_id", "a user id")]) }
        return id
    }
}

extension ValidationIssue {
    /// An id in a path that is none.
    static func path(_ name: String, _ what: String) -> ValidationIssue {
        ValidationIssue(
            loc: [.field("path"), .field(name)], msg: "\(what) is a whole number from 1 to 2^63-1", type: .intType)
    }

    static func query(_ name: String, _ msg: String, type: Kind) -> ValidationIssue {
        ValidationIssue(loc: [.field("query"), .field(name)], msg: msg, type: type)
    }
}
