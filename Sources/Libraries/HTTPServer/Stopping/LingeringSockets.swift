import Glibc

/// Sockets whose answer is sent but whose client may still be sending. Closing one with unread input would make the
/// system reset the connection, and the client lose the answer; so what comes is read and dropped for a while.
///
/// They are looked at on the engine's timer, not by sources: they are rare, and nobody waits for them.
struct LingeringSockets {
    private struct Socket {
        let descriptor: Int32
        let deadline: UInt64
        var budget = Limits.swallowedBytes
        var isClosed = false
    }

    /// Bounds the descriptors that refused clients can hold.
    private static let capacity = 128

    private var sockets: [Socket] = []

    /// Takes over a descriptor.
    mutating func add(_ descriptor: Int32, deadline: UInt64) {
        if sockets.count >= Self.capacity {
            close(descriptor)
        } else {
            sockets.append(Socket(descriptor: descriptor, deadline: deadline))
        }
    }

    /// Reads what has come and closes who is done. Returns when this has to be called again.
    mutating func sweep(now: UInt64) -> UInt64 {
        if sockets.isEmpty { return .max }
        for index in sockets.indices {
            if !Self.drop(from: sockets[index].descriptor, budget: &sockets[index].budget)
                || sockets[index].deadline <= now
            {
                close(sockets[index].descriptor)
                sockets[index].isClosed = true
            }
        }
        sockets.removeAll(where: \.isClosed)
        return sockets.isEmpty ? .max : now + Limits.clockGrain
    }

    mutating func closeAll() {
        for socket in sockets { close(socket.descriptor) }
        sockets = []
    }

    /// Whether the client may send more.
    private static func drop(from descriptor: Int32, budget: inout Int) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 32_768, alignment: 16) { buffer in
            while budget > 0 {
                let count = recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
                if count < 0 { return errno == EAGAIN || errno == EINTR }
                if count == 0 { return false }
                budget -= count
            }
            return false
        }
    }
}

extension Engine {
    /// Reads from a socket for a while before it is closed.
    func linger(_ descriptor: Int32) {
        lingering.add(descriptor, deadline: now + Limits.lingerTime)
        arm(now + Limits.clockGrain)
    }
}
