import CZlib

/// Compresses and decompresses whole arrays (RFC 1952 for gzip, RFC 1950 for zlib).
///
/// Each call works on the calling thread, for a time that grows with the sizes of input and output: some milliseconds
/// per MiB. All functions are safe to call from any thread.
public enum Gzip {
    /// Decompresses `bytes`, which the caller may have from anybody: memory and time are bounded by `maxOutput`.
    ///
    /// - Parameters:
    ///   - bytes: One or several gzip members, or one zlib stream, and nothing behind them but zeros.
    ///   - maxOutput: The number of bytes that the contents may have at most.
    ///   - maxRatio: How many times larger than `bytes` the contents may be; see ``InflateLimits/maximumRatio``.
    /// - Returns: The contents, those of several members one behind the other.
    /// - Throws: `.truncated` if the compressed data do not reach their end, as with no bytes at all; `.corrupt` if
    ///   they are neither gzip nor zlib, fail their checksum, or have other bytes behind them; `.tooLarge` if the
    ///   contents exceed `maxOutput` or `maxRatio`.
    public static func decompress(
        _ bytes: Span<UInt8>, maxOutput: Int, maxRatio: Int? = nil
    ) throws(GzipError) -> [UInt8] {
        var inflater = Inflater(limits: InflateLimits(maximumOutput: maxOutput, maximumRatio: maxRatio))
        var output: [UInt8] = []
        // JSON shrinks to about a quarter or less; a first guess saves the first few moves of a growing array.
        output.reserveCapacity(min(maxOutput, max(bytes.count, 1 << 10) * 4))
        try inflater.inflate(bytes, into: &output)
        try inflater.finish()
        return output
    }

    /// Decompresses `bytes`, which the caller may have from anybody: memory and time are bounded by `maxOutput`.
    ///
    /// - Parameters:
    ///   - bytes: One or several gzip members, or one zlib stream, and nothing behind them but zeros.
    ///   - maxOutput: The number of bytes that the contents may have at most.
    ///   - maxRatio: How many times larger than `bytes` the contents may be; see ``InflateLimits/maximumRatio``.
    /// - Returns: The contents, those of several members one behind the other.
    /// - Throws: `.truncated` if the compressed data do not reach their end, as with no bytes at all; `.corrupt` if
    ///   they are neither gzip nor zlib, fail their checksum, or have other bytes behind them; `.tooLarge` if the
    ///   contents exceed `maxOutput` or `maxRatio`.
    public static func decompress(
        _ bytes: [UInt8], maxOutput: Int, maxRatio: Int? = nil
    ) throws(GzipError) -> [UInt8] {
        try decompress(bytes.span, maxOutput: maxOutput, maxRatio: maxRatio)
    }

    /// Compresses `bytes` to one gzip member. The same bytes and level give the same member, as it holds no time or
    /// name.
    ///
    /// - Parameters:
    ///   - bytes: The contents, which may be empty.
    ///   - level: From 0 (stored only) and 1 (fastest) to 9 (smallest). Values outside become the nearest of these.
    /// - Returns: The member.
    public static func compress(_ bytes: Span<UInt8>, level: Int = 6) -> [UInt8] {
        var stream = z_stream()
        let level = Int32(min(max(level, 0), 9))
        let status = deflateInit2_(
            &stream, level, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib cannot start: out of memory, or not the library it was built against")
        defer { deflateEnd(&stream) }

        return [UInt8](unsafeUninitializedCapacity: Int(deflateBound(&stream, UInt(bytes.count)))) { output, made in
            bytes.withUnsafeBufferPointer { input in
                var used = 0
                var status = Z_OK
                while status == Z_OK {
                    // zlib counts in 32 bits and only reads through `next_in`, whose type lacks the `const`.
                    let piece = min(input.count - used, Int(UInt32.max))
                    let room = min(output.count - made, Int(UInt32.max))
                    stream.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0 + used) }
                    stream.avail_in = UInt32(piece)
                    stream.next_out = output.baseAddress.map { $0 + made }
                    stream.avail_out = UInt32(room)
                    status = deflate(&stream, used + piece == input.count ? Z_FINISH : Z_NO_FLUSH)
                    used += piece - Int(stream.avail_in)
                    made += room - Int(stream.avail_out)
                }
                precondition(status == Z_STREAM_END, "deflateBound promised room for all of the output")
            }
        }
    }

    /// Compresses `bytes` to one gzip member. The same bytes and level give the same member, as it holds no time or
    /// name.
    ///
    /// - Parameters:
    ///   - bytes: The contents, which may be empty.
    ///   - level: From 0 (stored only) and 1 (fastest) to 9 (smallest). Values outside become the nearest of these.
    /// - Returns: The member.
    public static func compress(_ bytes: [UInt8], level: Int = 6) -> [UInt8] {
        compress(bytes.span, level: level)
    }
}
