import CZlib

/// Decompresses gzip (RFC 1952; one or several members) or zlib (RFC 1950) data that arrive in pieces of any size.
///
/// The first byte tells the format. Zero bytes behind the last gzip member are padding, as from tapes and tar; anything
/// else there is `.corrupt`. After an error the inflater throws the same error again at every call.
///
/// It works on the calling thread and keeps about 40 KiB beside the output. It belongs to one task or actor at a time;
/// moving it between them is safe.
public struct Inflater: ~Copyable, @unchecked Sendable {
    private enum State: Equatable {
        case start
        case insideGzip
        case insideZlib
        case betweenMembers
        case padding
        case zlibDone
        case failed(GzipError)
    }

    // Proof of `Sendable`: the stream is reachable through this noncopyable value alone, only its mutating functions
    // touch it, and zlib ties a stream to no thread. It lives on the heap because zlib's state points back at it.
    private let stream: UnsafeMutablePointer<z_stream>
    private let limits: InflateLimits
    private var state = State.start

    /// The number of compressed bytes that were used so far.
    public private(set) var inputCount = 0

    /// The number of bytes of contents that were made so far.
    public private(set) var outputCount = 0

    /// How many bytes are made between two looks at the ratio.
    private static let measureInterval = 1 << 16

    /// Makes an inflater at the start of its input.
    ///
    /// - Parameter limits: What the contents may grow to.
    public init(limits: InflateLimits) {
        self.limits = limits
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = inflateInit2_(stream, MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib cannot start: out of memory, or not the library it was built against")
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Decompresses all of `input` and appends the contents to `output`.
    ///
    /// - Parameters:
    ///   - input: The next piece of the compressed data, which may be empty.
    ///   - output: Gets the contents that the piece completes.
    /// - Throws: `.corrupt` if the data are damaged or are neither gzip nor zlib; `.tooLarge` if the contents exceed
    ///   the limits. What was made before the error stays in `output`.
    public mutating func inflate(_ input: Span<UInt8>, into output: inout [UInt8]) throws(GzipError) {
        var offset = 0
        repeat {
            offset += try inflate(input.extracting(offset...), into: &output, atMost: Self.measureInterval)
        } while offset < input.count || outputIsPending
    }

    /// Decompresses as much of `input` as makes `room` bytes of contents, which are appended to `output`.
    ///
    /// - Parameters:
    ///   - input: The next piece of the compressed data, which may be empty.
    ///   - output: Gets the contents.
    ///   - room: The number of bytes that `output` may grow by, 1 or more.
    /// - Returns: The number of bytes of `input` that were used; the rest is to be given again. Where all are used and
    ///   `room` was filled, zlib may hold more: call on, with empty input, while ``outputIsPending``.
    /// - Throws: `.corrupt` if the data are damaged or are neither gzip nor zlib; `.tooLarge` if the contents exceed
    ///   the limits. What was made before the error stays in `output`.
    public mutating func inflate(
        _ input: Span<UInt8>, into output: inout [UInt8], atMost room: Int
    ) throws(GzipError) -> Int {
        precondition(room > 0, "an inflater without room for output cannot get on")
        var used = 0
        var made = 0
        outputIsPending = false
        while made < room {
            switch state {
            case .failed(let error):
                throw error
            case .start, .betweenMembers, .padding, .zlibDone:
                guard used < input.count else { return used }
                used += try beginMember(with: input[used])
            case .insideGzip, .insideZlib:
                let step = try run(input.extracting(used...), into: &output, atMost: room - made)
                used += step.used
                made += step.made
                if step.used == 0 && step.made == 0 { return used }
            }
        }
        outputIsPending = state == .insideGzip || state == .insideZlib
        return used
    }

    /// Whether more contents may come without more input, because the last call filled its room.
    public private(set) var outputIsPending = false

    /// Checks, when there is no more input, that the compressed data were complete.
    ///
    /// - Throws: `.truncated` if the data are not complete, as without any input; the error of an earlier call, if
    ///   there was one.
    public mutating func finish() throws(GzipError) {
        switch state {
        case .betweenMembers, .padding, .zlibDone: return
        case .failed(let error): throw error
        case .start, .insideGzip, .insideZlib: throw fail(.truncated)
        }
    }

    /// Decides by the next byte what follows; returns how many bytes are used up by that (padding only).
    private mutating func beginMember(with byte: UInt8) throws(GzipError) -> Int {
        let isGzip = byte == GzipMagic.first
        switch (state, byte) {
        case (.start, _), (.betweenMembers, GzipMagic.first):
            let status = inflateReset2(stream, isGzip ? MAX_WBITS + 16 : MAX_WBITS)
            guard status == Z_OK else { throw fail(.corrupt(reason: "zlib cannot start a member")) }
            state = isGzip ? .insideGzip : .insideZlib
            return 0
        case (.betweenMembers, 0), (.padding, 0):
            state = .padding
            inputCount += 1
            return 1
        default:
            throw fail(.corrupt(reason: "there are other bytes behind their end"))
        }
    }

    /// Runs zlib once over `input`.
    private mutating func run(
        _ input: Span<UInt8>, into output: inout [UInt8], atMost room: Int
    ) throws(GzipError) -> (used: Int, made: Int) {
        // One byte more than allowed, so that contents of exactly the maximum are told from larger ones.
        let allowed = limits.maximumOutput - outputCount
        let untilMeasured = Self.measureInterval - outputCount % Self.measureInterval
        let room = min(room, untilMeasured, allowed < Int.max ? allowed + 1 : allowed)
        let available = min(input.count, Int(UInt32.max))

        var status = Z_OK
        var made = 0
        output.append(addingCapacity: room) { span in
            span.withUnsafeMutableBufferPointer { buffer, initialized in
                input.withUnsafeBufferPointer { input in
                    // zlib only reads through `next_in`; its type lacks the `const`.
                    stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                    stream.pointee.avail_in = UInt32(available)
                    stream.pointee.next_out = buffer.baseAddress?.advanced(by: initialized)
                    stream.pointee.avail_out = UInt32(room)
                    status = CZlib.inflate(stream, Z_NO_FLUSH)
                    stream.pointee.next_in = nil
                    stream.pointee.next_out = nil
                }
                made = room - Int(stream.pointee.avail_out)
                initialized += made
            }
        }
        let used = available - Int(stream.pointee.avail_in)
        inputCount += used
        outputCount += made
        try accept(status)
        return (used, made)
    }

    /// Turns zlib's answer into the next state.
    private mutating func accept(_ status: Int32) throws(GzipError) {
        switch status {
        case Z_STREAM_END:
            state = state == .insideGzip ? .betweenMembers : .zlibDone
        case Z_OK, Z_BUF_ERROR:
            // Z_BUF_ERROR is not an error: zlib needs more input.
            break
        case Z_NEED_DICT:
            throw fail(.corrupt(reason: "a preset dictionary is needed"))
        default:
            throw fail(.corrupt(reason: stream.pointee.msg.map { String(cString: $0) } ?? "zlib status \(status)"))
        }
        guard outputCount <= limits.maximumOutput else { throw fail(.tooLarge(limit: limits.maximumOutput)) }
        guard let ratio = limits.maximumRatio, outputCount > InflateLimits.ratioFreeOutput else { return }
        let (bound, overflow) = inputCount.multipliedReportingOverflow(by: ratio)
        if !overflow && outputCount > bound { throw fail(.tooLarge(limit: bound)) }
    }

    private mutating func fail(_ error: GzipError) -> GzipError {
        state = .failed(error)
        return error
    }
}
