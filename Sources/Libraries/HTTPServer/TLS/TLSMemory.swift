import CSSL

/// The two ends of a session in memory, between which OpenSSL stands: a BIO that reads what the session was just given
/// and appends what OpenSSL writes to an array.
///
/// OpenSSL's own memory BIOs copy each byte once more in either direction, and keep the largest size that they ever had.
final class TLSMemory {
    /// Ciphertext that OpenSSL has not read. Set only while the session lends it.
    var input = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Ciphertext for the peer.
    var output: [UInt8] = []
    /// Messages in either direction that carry no data since this was last set to 0.
    var messagesWithoutData = 0

    /// Makes a BIO over this memory, which has to outlive it.
    func makeBIO() -> OpaquePointer {
        guard let bio = BIO_new(Self.method) else { preconditionFailure("out of memory") }
        BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
        BIO_set_init(bio, 1)
        return bio
    }

    // Proof of safety: made once, never changed and never freed.
    nonisolated(unsafe) private static let method: OpaquePointer = {
        guard let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "memory of a session") else {
            preconditionFailure("out of memory")
        }
        BIO_meth_set_read(method) { bio, target, count in
            CSSL_want_nothing(bio)
            guard let read = of(bio)?.read(into: UnsafeMutableRawBufferPointer(start: target, count: Int(count))),
                read > 0
            else {
                // Not the end, of which OpenSSL never hears: the session sees it before.
                CSSL_want_read(bio)
                return -1
            }
            return Int32(read)
        }
        BIO_meth_set_write(method) { bio, source, count in
            CSSL_want_nothing(bio)
            of(bio)?.output.append(contentsOf: UnsafeRawBufferPointer(start: source, count: Int(count)))
            return count
        }
        // All that OpenSSL asks for with success is to flush, which is done already; the rest does not exist here.
        BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
        return method
    }()

    private static func of(_ bio: OpaquePointer?) -> TLSMemory? {
        BIO_get_data(bio).map { Unmanaged<TLSMemory>.fromOpaque($0).takeUnretainedValue() }
    }

    private func read(into target: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(target.count, input.count)
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[..<count]))
        input = UnsafeRawBufferPointer(rebasing: input[count...])
        return count
    }

    /// OpenSSL tells of each message and each record's header, in either direction.
    static func sawMessage(contentType: Int32, context: UnsafeMutableRawPointer?) {
        guard let context, [SSL3_RT_CHANGE_CIPHER_SPEC, SSL3_RT_ALERT, SSL3_RT_HANDSHAKE].contains(contentType) else {
            return
        }
        Unmanaged<TLSMemory>.fromOpaque(context).takeUnretainedValue().messagesWithoutData += 1
    }
}
