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

    /// `GET /users/{id}/profile`: 404 for a user without interactions.
    func profile(_: HTTPRequest, _ path: PathParameters) async throws(Problem) -> HTTPResponse {
        let userID = try user(path["id"])
        let found: Profile?
        do throws(StoreError) {
            found = try await profiles.profile(of: userID)
        } catch {
            throw .unavailable("The profiles cannot be read: \(error)")
        }
        guard let profile = found else {
            throw Problem(
                status: .notFound, code: "no-profile",
                detail: "User \(userID) has no interactions and therefore no profile.")
        }
        var json = JSONWriter()
        json.object { json in
            json.member("user_id", profile.userID)
            json.member("interactions", profile.interactions)
            json.key("counts")
            json.object { json in
                for type in EventType.allCases { json.member(type.rawValue, profile.counts[type] ?? 0) }
            }
            json.member("last_event_time", profile.lastEventTime)
            json.key("recent_products")
            json.array { json in
                for product in profile.recentProducts { json.integer(product) }
            }
            json.key("vector")
            json.array { json in
                for component in profile.vector { json.float(component) }
            }
        }
        return .json(json.bytes)
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

    func user(_ text: Substring) throws(Problem) -> Int64 {
        guard let id = Int64(text), id > 0 else {
            throw .invalid([
                ValidationIssue(
                    loc: [.field("path"), .field("user_id")], msg: "a user id is a whole number from 1 to 2^63-1",
                    type: .intType)
            ])
        }
        return id
    }
}

extension ValidationIssue {
    static func query(_ name: String, _ msg: String, type: Kind) -> ValidationIssue {
        ValidationIssue(loc: [.field("query"), .field(name)], msg: msg, type: type)
    }
}
