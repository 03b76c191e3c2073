extension RequestMachine {
    /// Gives the answer to the current request, or to a refusal.
    ///
    /// Only its head is added to `output`. Where there is a body to be sent, the owner adds its bytes, or gives the pieces
    /// of the stream to ``stream(_:now:output:)``.
    ///
    /// - Parameters:
    ///   - head: The answer's head.
    ///   - date: The current date as in ``HTTPDate``.
    ///   - now: The time.
    ///   - output: Where the head is added.
    /// - Returns: Whether the body is sent: not for HEAD, 204 and 304, nor where it is empty. The producer of a stream that
    ///   is not sent is not to be started.
    /// - Throws: ``InvalidResponse``, and nothing has changed: give another answer.
    public mutating func answer(
        _ head: ResponseHead, date: [UInt8], now: Int64, output: inout [UInt8]
    ) throws(InvalidResponse) -> Bool {
        let outcome = try ResponseWriter.write(head, for: request, date: date, to: &output)
        request.keepsAlive = !outcome.closes
        bufferedBodyBytes = 0
        isChunked = outcome.isChunked
        if case .stream = head.body, outcome.hasBody {
            // A stream may go on as long as its producer does.
            wholeDeadline = .max
            phase = .streaming(isDry: false)
        } else {
            phase = .answering
        }
        wait(limits.times.write, now: now)
        return outcome.hasBody
    }

    /// Bytes were taken by the system, and there are more.
    public mutating func sentSome(_ count: Int, now: Int64) {
        // Of a stream, pieces are counted when they are given.
        if case .answering = phase { moveDeadline(by: count, now: now) }
    }

    /// The deadline moves with what the client takes: a client that stops is cut off after the time of a write, one that
    /// is slower than a block in that time soon after it, however little it takes at a time.
    private mutating func moveDeadline(by count: Int, now: Int64) {
        let (product, isEndless) = Int64(count).multipliedReportingOverflow(by: limits.times.write)
        let time = isEndless ? .max : product / Int64(RequestLimits.writeBlock)
        let latest = now.advanced(byNanoseconds: limits.times.write)
        deadline = min(deadline.advanced(byNanoseconds: time), latest, wholeDeadline)
    }

    /// All bytes were taken by the system: goes on to the next request once the answer is complete.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - bodyRoom: How many bytes of bodies the server may still hold.
    ///   - hasUnread: Whether bytes of the client may wait in the system. A connection that ends is read to its end then:
    ///     closing it would be a reset, and the client lose a part of the answer.
    ///   - output: Where bytes for the client are added.
    public mutating func sent(
        now: Int64, bodyRoom: Int, hasUnread: Bool = false, output: inout [UInt8]
    ) -> RequestAction {
        guard case .answering = phase else { return .wait }
        wholeDeadline = .max
        guard request.keepsAlive, !isDraining else {
            let hasMore = !pending.isEmpty
            pending = []
            pendingStart = 0
            guard lingers || hasMore || hasUnread else { return end() }
            phase = .lingering(RequestLimits.swallowedBytes)
            wait(limits.times.linger, now: now)
            return .endOutput
        }
        phase = .waiting
        wait(limits.times.idle, now: now)
        return readPending(now: now, bodyRoom: bodyRoom, output: &output)
    }

    // MARK: - Streams

    /// Adds a piece of the current stream, which is not to be empty, to `output`.
    public mutating func stream(_ piece: ArraySlice<UInt8>, now: Int64, output: inout [UInt8]) {
        guard case .streaming(let wasDry) = phase else { return }
        phase = .streaming(isDry: false)
        // A piece is given once all before it are taken.
        if wasDry { wait(limits.times.write, now: now) } else { moveDeadline(by: piece.count, now: now) }
        if isChunked { output.appendChunk(piece) } else { output.append(contentsOf: piece) }
    }

    /// Nothing waits to be sent until the producer writes again. After `heartbeat` nanoseconds, if there are any, the
    /// action is ``RequestAction/beat``.
    public mutating func streamIsDry(heartbeat: Int64?, now: Int64) {
        guard case .streaming = phase else { return }
        phase = .streaming(isDry: true)
        deadline = heartbeat.map { now.advanced(byNanoseconds: $0) } ?? .max
    }

    /// The producer has returned; where it failed, the connection ends without the end of the body, so that the client sees
    /// that something is missing.
    public mutating func streamEnded(failed: Bool, now: Int64, output: inout [UInt8]) -> RequestAction {
        guard case .streaming = phase else { return .wait }
        if failed { return end() }
        if isChunked { output.append(contentsOf: "0\r\n\r\n".utf8) }
        phase = .answering
        wait(limits.times.write, now: now)
        return .wait
    }
}
