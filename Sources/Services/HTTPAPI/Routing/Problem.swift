import Events
import HTTPMessages
import HTTPServer
import HTTPWire
import JSON

/// An error answer as defined by RFC 9457 (`application/problem+json`).
struct Problem: Error {
    /// Members beside the standard ones.
    enum Extension {
        /// Validation errors.
        case errors([ValidationIssue])
        /// Ids of events that may be sent again without being stored twice.
        case eventIDs([EventID])
    }

    var status: HTTPStatus
    /// The end of the problem's `type`; stable for programs.
    var code: String
    /// What happened, to what, and what to do next.
    var detail: String
    var headers: HTTPHeaders = [:]
    var extensions: [Extension] = []

    /// What the answer's body holds.
    var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("type", "urn:debias-events:problem:\(code)")
            json.member("title", status.reason)
            json.member("status", status.code)
            json.member("detail", detail)
            for part in extensions {
                switch part {
                case .errors(let issues):
                    json.key("errors")
                    json.issues(issues)
                case .eventIDs(let ids):
                    json.key("event_ids")
                    json.array { json in
                        for id in ids { json.id(id) }
                    }
                }
            }
        }
        return json.bytes
    }

    var response: HTTPResponse {
        var headers = headers
        headers["Content-Type"] = "application/problem+json"
        return HTTPResponse(status: status, headers: headers, body: .bytes(json))
    }
}

extension Problem {
    static func notFound(_ path: String) -> Problem {
        Problem(
            status: .notFound, code: "not-found",
            detail: "The API has no path \(path). The README lists its paths.")
    }

    /// - Parameter allow: The methods of the path, as `Allow` names them.
    static func methodNotAllowed(_ method: HTTPMethod, _ path: String, allow: String) -> Problem {
        Problem(
            status: .methodNotAllowed, code: "method-not-allowed",
            detail: "\(path) does not take \(method.rawValue); it takes \(allow).", headers: ["Allow": allow])
    }

    static func malformed(_ detail: String) -> Problem {
        Problem(status: .badRequest, code: "malformed", detail: detail)
    }

    static func invalid(_ issues: [ValidationIssue]) -> Problem {
        Problem(
            status: .unprocessableContent, code: "invalid",
            detail: "The request breaks \(issues.count == 1 ? "a rule" : "\(issues.count) rules"); see errors.",
            extensions: [.errors(issues)])
    }

    static func unsupportedMediaType(_ detail: String) -> Problem {
        Problem(status: .unsupportedMediaType, code: "unsupported-media-type", detail: detail)
    }

    static func contentTooLarge(_ detail: String, eventIDs: [EventID] = []) -> Problem {
        Problem(
            status: .contentTooLarge, code: "content-too-large", detail: detail,
            extensions: eventIDs.isEmpty ? [] : [.eventIDs(eventIDs)])
    }

    /// What a client does that does not know what became of its events.
    static let sendAgain = "You may safely send the same event_id again: no event is lost or stored twice."

    /// The request is valid: the same request may succeed after `retryAfter` seconds.
    static func unavailable(_ detail: String, retryAfter: Int = 1, eventIDs: [EventID] = []) -> Problem {
        Problem(
            status: .serviceUnavailable, code: "unavailable", detail: detail,
            headers: ["Retry-After": "\(retryAfter)"], extensions: eventIDs.isEmpty ? [] : [.eventIDs(eventIDs)])
    }
}

extension Problem {
    /// The problem for a request that the server refused before it called a handler.
    init(_ refusal: HTTPRefusal) {
        let code =
            switch refusal.reason {
            case .malformedRequest: "malformed"
            case .unsupportedVersion: "unsupported-version"
            case .targetTooLong: "target-too-long"
            case .headTooLarge, .tooManyFields: "head-too-large"
            case .expectationFailed: "expectation-failed"
            case .bodyTooLarge: "content-too-large"
            case .requestTimeout: "request-timeout"
            case .handlerTimeout, .tooManyConnections, .overloaded: "unavailable"
            case .tooManyConnectionsOfAddress: "too-many-connections"
            case .invalidResponse: "internal"
            }
        self.init(
            status: refusal.status, code: code, detail: refusal.detail,
            headers: refusal.status == .serviceUnavailable ? ["Retry-After": "1"] : [:])
    }
}
