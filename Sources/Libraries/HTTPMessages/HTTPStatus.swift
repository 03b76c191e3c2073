/// A status code of an answer.
///
/// Any number can be wrapped; whether a server may send it is checked where it would be sent. Compares with literals:
/// `response.status == 200`.
///
/// A value type: safe to hand to any task.
public struct HTTPStatus: Hashable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    /// The three digits, 200 ... 599 for a final answer.
    public let code: Int

    /// Wraps a code, which is not checked.
    public init(_ code: Int) {
        self.code = code
    }

    /// Wraps a literal, as in `response.status = 202`.
    public init(integerLiteral value: Int) {
        code = value
    }

    /// The registered reason phrase, as in "Not Found"; "Unknown" for codes not known here.
    public var reason: String {
        switch code {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 206: "Partial Content"
        case 207: "Multi-Status"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 410: "Gone"
        case 411: "Length Required"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 422: "Unprocessable Content"
        case 423: "Locked"
        case 428: "Precondition Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        case 507: "Insufficient Storage"
        default: "Unknown"
        }
    }

    /// Whether the request was received, understood and accepted: 200 ... 299.
    public var isSuccess: Bool { 200...299 ~= code }

    /// Code and reason, as in "404 Not Found".
    public var description: String { "\(code) \(reason)" }

    /// 200 OK
    public static let ok: HTTPStatus = 200
    /// 201 Created
    public static let created: HTTPStatus = 201
    /// 202 Accepted
    public static let accepted: HTTPStatus = 202
    /// 204 No Content
    public static let noContent: HTTPStatus = 204
    /// 207 Multi-Status
    public static let multiStatus: HTTPStatus = 207
    /// 304 Not Modified
    public static let notModified: HTTPStatus = 304
    /// 400 Bad Request
    public static let badRequest: HTTPStatus = 400
    /// 401 Unauthorized
    public static let unauthorized: HTTPStatus = 401
    /// 403 Forbidden
    public static let forbidden: HTTPStatus = 403
    /// 404 Not Found
    public static let notFound: HTTPStatus = 404
    /// 405 Method Not Allowed
    public static let methodNotAllowed: HTTPStatus = 405
    /// 408 Request Timeout
    public static let requestTimeout: HTTPStatus = 408
    /// 409 Conflict
    public static let conflict: HTTPStatus = 409
    /// 413 Content Too Large
    public static let contentTooLarge: HTTPStatus = 413
    /// 415 Unsupported Media Type
    public static let unsupportedMediaType: HTTPStatus = 415
    /// 422 Unprocessable Content
    public static let unprocessableContent: HTTPStatus = 422
    /// 429 Too Many Requests
    public static let tooManyRequests: HTTPStatus = 429
    /// 431 Request Header Fields Too Large
    public static let requestHeaderFieldsTooLarge: HTTPStatus = 431
    /// 500 Internal Server Error
    public static let internalServerError: HTTPStatus = 500
    /// 501 Not Implemented
    public static let notImplemented: HTTPStatus = 501
    /// 503 Service Unavailable
    public static let serviceUnavailable: HTTPStatus = 503
}
