//! Builds the head of a message from methods, statuses and header fields, and writes it out.

import Bytes
import HTTPMessages

/// The bytes of an answer's head.
func head(_ status: HTTPStatus, _ headers: HTTPHeaders) -> [UInt8] {
    var bytes = Array("HTTP/1.1 \(status)\r\n".utf8)
    headers.forEachField { name, value in
        bytes.append(name)
        bytes += ": ".utf8
        bytes.append(value)
        bytes += "\r\n".utf8
    }
    return bytes + "\r\n".utf8
}

var headers: HTTPHeaders = ["Content-Type": "application/json", "Set-Cookie": "a=1"]
headers.append("Set-Cookie", "b=2")
headers["content-type"] = "text/plain"
print(headers.values(of: "set-cookie"))
print(headers.contains("Content-Type", "text/plain"))

for method: HTTPMethod in [.get, .post, "PURGE"] {
    print(method, method.isIdempotent ? "may be sent again" : "is sent once")
}
print(String(decoding: head(.ok, headers), as: UTF8.self))
