import Foundation

/// One TCP connection to a loopback port, blocking, with a deadline for every read: says exactly the bytes that a test
/// wants said.
final class RawClient {
    struct Answer {
        var status: Int
        var headers: [String: String]
        var body: String

        var object: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]) ?? [:]
        }
    }

    private let descriptor: Int32
    private var received: [UInt8] = []

    init(port: UInt16, timeout: Int = 10) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: timeout, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var noDelay: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &noDelay, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        // deinit closes the socket: it runs for an object whose init throws once everything is set.
        guard connected == 0 else { throw ProgramFailure(message: "connect failed with \(errno)") }
    }

    deinit { close(descriptor) }

    /// Sends bytes; false when the server has closed.
    @discardableResult
    func send(_ bytes: some Collection<UInt8>) -> Bool {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Reads one answer; nil if the connection ends or the deadline passes before the answer is complete.
    func receive() -> Answer? {
        let blank = Array("\r\n\r\n".utf8)
        while true {
            if let end = received.firstRange(of: blank) {
                let head = String(decoding: received[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
                var headers: [String: String] = [:]
                for line in head.dropFirst() {
                    guard let colon = line.firstIndex(of: ":") else { continue }
                    headers[line[..<colon].lowercased()] =
                        line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                }
                let status = Int(head[0].split(separator: " ").dropFirst().first ?? "") ?? 0
                if status == 100 {
                    received.removeSubrange(..<end.upperBound)
                    continue
                }
                let length = Int(headers["content-length"] ?? "0") ?? 0
                while received.count < end.upperBound + length { guard fill() else { return nil } }
                let body = String(decoding: received[end.upperBound..<(end.upperBound + length)], as: UTF8.self)
                received.removeSubrange(..<(end.upperBound + length))
                return Answer(status: status, headers: headers, body: body)
            }
            guard fill() else { return nil }
        }
    }

    /// Sends a well-formed request and reads its answer.
    func request(_ method: String, _ path: String, _ body: String? = nil, headers: [String] = []) -> Answer? {
        var head = ["\(method) \(path) HTTP/1.1", "Host: localhost"] + headers
        if let body { head += ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"] }
        guard send(((head.joined(separator: "\r\n") + "\r\n\r\n") + (body ?? "")).utf8) else { return nil }
        return receive()
    }

    private func fill() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        received += buffer[..<count]
        return true
    }
}
