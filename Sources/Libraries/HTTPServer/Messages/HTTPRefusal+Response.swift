import HTTPMessages
public import HTTPWire

extension HTTPRefusal {
    /// The answer where the application renders none: the sentence as plain text, `Retry-After` with a 503.
    public var plainText: HTTPResponse {
        var response = HTTPResponse.text(detail + "\n", status: status)
        if status == .serviceUnavailable {
            response.headers["Retry-After"] = "1"
        }
        return response
    }
}
