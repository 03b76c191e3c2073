import Glibc

/// An IPv4 or IPv6 address as the system has it.
struct SocketAddress {
    private(set) var storage = sockaddr_storage()
    private(set) var length = socklen_t(0)

    /// Reads a numeric address; nil where it is none.
    init?(numericHost host: String, port: Int) {
        guard let port = in_port_t(exactly: port) else { return nil }
        var four = sockaddr_in()
        var six = sockaddr_in6()
        if inet_pton(AF_INET, host, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            self.init(copying: four)
        } else if inet_pton(AF_INET6, host, &six.sin6_addr) == 1 {
            six.sin6_family = sa_family_t(AF_INET6)
            six.sin6_port = port.bigEndian
            self.init(copying: six)
        } else {
            return nil
        }
    }

    /// Has a system call fill in an address: `body` gets room and its size, and returns the call's result.
    init?(filledBy body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32) {
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, &size) }
        }
        guard result >= 0 else { return nil }
        length = size
    }

    private init<Address>(copying address: Address) {
        length = socklen_t(MemoryLayout<Address>.size)
        withUnsafeMutableBytes(of: &storage) { storage in
            withUnsafeBytes(of: address) { storage.copyMemory(from: $0) }
        }
    }

    var family: Int32 { Int32(storage.ss_family) }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    /// Host and port; an IPv4 address that came over an IPv6 socket is shown as IPv4.
    var address: HTTPAddress {
        withUnsafeBytes(of: storage) { bytes in
            if family == AF_INET {
                let four = bytes.load(as: sockaddr_in.self)
                return HTTPAddress(host: Self.text(AF_INET, four.sin_addr), port: Int(UInt16(bigEndian: four.sin_port)))
            }
            let six = bytes.load(as: sockaddr_in6.self)
            let host = Self.text(AF_INET6, six.sin6_addr)
            return HTTPAddress(
                host: host.hasPrefix("::ffff:") && host.utf8.contains(UInt8(ascii: "."))
                    ? String(host.dropFirst(7)) : host,
                port: Int(UInt16(bigEndian: six.sin6_port)))
        }
    }

    private static func text<Address>(_ family: Int32, _ address: Address) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            withUnsafePointer(to: address) {
                inet_ntop(family, $0, buffer.baseAddress, socklen_t(buffer.count)).map { String(cString: $0) } ?? ""
            }
        }
    }
}
