import CCrypto

/// Makes random bytes for keys and tokens, and for what wants many bytes at once: one call into the library fills them all.
/// It is safe to call from any thread.
public enum RandomBytes {
    /// Makes bytes that nobody can predict. The process ends if the system has no random bytes to give.
    ///
    /// - Parameter count: The number of bytes, 0 or more. 16 are enough for a token, 32 for a key.
    /// - Returns: The bytes.
    public static func generate(count: Int) -> [UInt8] {
        precondition(count >= 0, "a count of bytes is never negative")
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            var filled = 0
            while filled < count {
                let piece = min(count - filled, Int(Int32.max))
                let status = RAND_bytes(buffer.baseAddress?.advanced(by: filled), Int32(piece))
                precondition(status == 1, "the operating system gives no random bytes")
                filled += piece
            }
            initialized = count
        }
    }
}
