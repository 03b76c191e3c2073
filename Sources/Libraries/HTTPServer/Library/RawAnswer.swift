import Dispatch
import Glibc
import HTTPMessages

/// Answers written past libmicrohttpd, where it gives no chance to answer: sockets it never sees, and requests that do
/// not come to their end. Only for plain HTTP, and only where nothing else is being sent.
enum RawAnswer {
    /// Sends an answer, as much of it as the system takes at once, and the end of the connection's output.
    static func send(_ response: HTTPResponse, to descriptor: Int32, withBody: Bool) {
        encode(response, withBody: withBody).withUnsafeBytes { bytes in
            _ = Glibc.send(
                descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        }
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// The answer's bytes; a body that is a stream is left out.
    static func encode(_ response: HTTPResponse, withBody: Bool) -> [UInt8] {
        var body: [UInt8] = []
        if case .bytes(let bytes) = response.body { body = bytes }
        var head = "HTTP/1.1 \(response.status.code) \(response.status.reason)\r\nConnection: close\r\n"
        for (name, value) in response.headers {
            if isToken(name.utf8), isFieldValue(value.utf8), !value.isEmpty, ResponseField.isSent(name.utf8),
                !equalsIgnoringCase(name.utf8, "connection")
            {
                head += "\(name): \(value)\r\n"
            }
        }
        head += "Content-Length: \(body.count)\r\n\r\n"
        return Array(head.utf8) + (withBody ? body : [])
    }
}

/// Header fields that the server sets itself.
enum ResponseField {
    /// Whether a field that a handler set is sent.
    static func isSent(_ name: some Collection<UInt8>) -> Bool {
        switch name.count {
        case 14: !equalsIgnoringCase(name, "content-length")
        case 17: !equalsIgnoringCase(name, "transfer-encoding")
        default: true
        }
    }
}
