import Dispatch
import Glibc
import Synchronization

/// A service manager's end of sd_notify: a datagram socket that keeps what a service tells, with the time of each message.
package final class SupervisorListener: Sendable {
    /// A message and when it came.
    package struct Message: Sendable {
        package let lines: [String]
        package let time: ContinuousClock.Instant

        package func has(_ line: String) -> Bool { lines.contains(line) }
    }

    /// What `NOTIFY_SOCKET` has to hold.
    package let address: String
    private let source = Mutex<(any DispatchSourceRead)?>(nil)
    private let received = Recorder<Message>()

    /// - Parameter address: A path, or `@` and a name in the abstract namespace.
    package init(address: String) throws {
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw LoopbackFailure(call: "socket", errno: errno) }
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        let bytes = address.first == "@" ? [0] + Array(address.utf8.dropFirst()) : Array(address.utf8) + [0]
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let result = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard result == 0 else {
            let failure = LoopbackFailure(call: "bind", errno: errno)
            close(descriptor)
            throw failure
        }
        self.address = address
        self.source.withLock { [received] own in
            let source = DispatchSource.makeReadSource(
                fileDescriptor: descriptor, queue: DispatchQueue(label: "test.supervisor"))
            source.setEventHandler {
                while let text = Self.receive(descriptor) {
                    received.append(Message(lines: text.split(separator: "\n").map(String.init), time: .now))
                }
            }
            source.setCancelHandler { close(descriptor) }
            source.activate()
            own = source
        }
    }

    deinit {
        source.withLock { $0?.cancel() }
    }

    /// What has come so far.
    package var messages: [Message] { received.entries }

    /// How many messages have had this line.
    package func count(_ line: String) -> Int { messages.filter { $0.has(line) }.count }

    private static func receive(_ descriptor: Int32) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count >= 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
    }
}
