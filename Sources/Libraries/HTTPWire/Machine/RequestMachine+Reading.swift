import HTTPMessages

extension RequestMachine {
    /// Takes what the client has sent.
    ///
    /// - Parameters:
    ///   - bytes: The bytes. Those that the machine does not use yet are kept, as far as there is room: without room,
    ///     requests behind the current one are dropped, and the connection ends with its answer.
    ///   - now: The time.
    ///   - bodyRoom: How many bytes of bodies the server may still hold.
    ///   - output: Where bytes for the client are added (`100 Continue`).
    public mutating func received(
        _ bytes: ArraySlice<UInt8>, now: Int64, bodyRoom: Int, output: inout [UInt8]
    ) -> RequestAction {
        if case .lingering(let budget) = phase {
            guard bytes.count < budget else { return end() }
            phase = .lingering(budget - bytes.count)
            return .wait
        }
        if case .ended = phase { return .wait }
        guard !pending.isEmpty else {
            let (action, rest) = read(bytes, now: now, bodyRoom: bodyRoom, output: &output)
            pending = Array(rest)
            return rest.count > max(0, bodyRoom) ? dropPending(after: action) : action
        }
        let held = pendingBytes
        pending.removeFirst(pendingStart)
        pendingStart = 0
        pending.append(contentsOf: bytes)
        let action = readPending(now: now, bodyRoom: bodyRoom, output: &output)
        return pendingBytes - held > max(0, bodyRoom) ? dropPending(after: action) : action
    }

    /// The server has no room for what came and is not used yet. A client has to expect that requests which it sent
    /// ahead are not answered (RFC 9112, section 9.3.2).
    private mutating func dropPending(after action: RequestAction) -> RequestAction {
        pending = []
        pendingStart = 0
        switch phase {
        case .waiting, .head:
            return refuse(
                HTTPRefusal(.overloaded, detail: "The server holds as many bytes of requests as it may."), lingers: true
            )
        case .handling, .answering, .streaming:
            lingers = true
            request.keepsAlive = false
            return action
        case .body, .lingering, .ended: return action
        }
    }

    mutating func readPending(now: Int64, bodyRoom: Int, output: inout [UInt8]) -> RequestAction {
        if pending.isEmpty { return .wait }
        let (action, rest) = read(pending[pendingStart...], now: now, bodyRoom: bodyRoom, output: &output)
        if rest.isEmpty {
            pending = []
            pendingStart = 0
        } else if case .wait = action, rest.startIndex > 0 {
            // The client may take its time with the rest of a head: what was used before is not kept so long.
            pending = Array(rest)
            pendingStart = 0
        } else {
            // Many requests may have come at once: the rest is not moved for each of them.
            pendingStart = rest.startIndex
        }
        return action
    }

    /// Goes on with the bytes until a request is whole or refused, or more are needed.
    private mutating func read(
        _ bytes: ArraySlice<UInt8>, now: Int64, bodyRoom: Int, output: inout [UInt8]
    ) -> (RequestAction, rest: ArraySlice<UInt8>) {
        var rest = bytes
        while true {
            switch phase {
            case .waiting:
                rest = withoutEmptyLines(rest)
                guard let first = rest.first, first != UInt8(ascii: "\r") || rest.count > 1 else {
                    return (.wait, rest)
                }
                beginRequest(now: now)
            case .head(var scanner):
                do throws(HTTPRefusal) {
                    guard case .complete(let size) = try scanner.scan(rest.span, limit: limits.maxHeaderBytes) else {
                        phase = .head(scanner)
                        return (.wait, rest)
                    }
                    let head = try RequestHead(Array(rest.prefix(size)), maxFields: limits.maxHeaderFields)
                    rest = rest.dropFirst(size)
                    if let action = try headIsWhole(head, &rest, now: now, bodyRoom: bodyRoom, output: &output) {
                        return (action, rest)
                    }
                } catch {
                    return (refuse(error, lingers: true), [])
                }
            case .body(var reader):
                // Not two owners of the body's bytes while it grows.
                phase = .waiting
                if rest.isEmpty {
                    phase = .body(reader)
                    return (.wait, rest)
                }
                do throws(HTTPRefusal) {
                    let (end, isWhole) = try reader.read(rest, room: bodyRoom)
                    rest = rest[end...]
                    if isWhole { return (bodyIsWhole(reader, now: now), rest) }
                } catch {
                    return (refuse(error.of(reader.head), lingers: true), [])
                }
                bufferedBodyBytes = reader.body.count
                if let refusal = reader.refusal, reader.swallowed > RequestLimits.swallowedBytes {
                    return (refuse(refusal, lingers: true), [])
                }
                phase = .body(reader)
            case .handling, .answering, .streaming, .lingering, .ended: return (.wait, rest)
            }
        }
    }

    /// Clients of old send an empty line behind a body (RFC 9112, section 2.2).
    private func withoutEmptyLines(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = bytes
        while rest.starts(with: "\r\n".utf8) { rest = rest.dropFirst(2) }
        return rest
    }

    private mutating func beginRequest(now: Int64) {
        // A first request has until the deadline that its connection began with.
        let isFirst = requestNumber == 0
        requestNumber += 1
        request = ResponseWriter.Request(keepsAlive: !isDraining)
        wholeDeadline = now.advanced(byNanoseconds: limits.times.whole)
        if !isFirst { wait(limits.times.head, now: now) }
        phase = .head(HeadScanner())
    }

    /// - Returns: What to do; nil where the body is to be read next.
    private mutating func headIsWhole(
        _ head: RequestHead, _ rest: inout ArraySlice<UInt8>, now: Int64, bodyRoom: Int, output: inout [UInt8]
    ) throws(HTTPRefusal) -> RequestAction? {
        request = ResponseWriter.Request(
            isHTTP10: head.isHTTP10, isHead: head.method == .head, keepsAlive: head.keepsAlive && !isDraining)
        if head.framing == .none { return handle(head, body: [], now: now) }
        let limit = limits.bodyLimit(of: head)
        if case .length(let length) = head.framing {
            if length > limit { throw .bodyTooLarge(limit: limit, head) }
            // Most requests come in one piece.
            if length <= rest.count, length <= bodyRoom {
                let body = Array(rest.prefix(length))
                rest = rest.dropFirst(length)
                bufferedBodyBytes = length
                return handle(head, body: body, now: now)
            }
        }
        if head.expectsContinue, rest.isEmpty {
            output.append(contentsOf: "HTTP/1.1 100 Continue\r\n\r\n".utf8)
        }
        wait(limits.times.body, now: now)
        phase = .body(BodyReader(head, limit: limit, limits: limits))
        return nil
    }

    private mutating func bodyIsWhole(_ reader: BodyReader, now: Int64) -> RequestAction {
        if let refusal = reader.refusal { return refuse(refusal) }
        bufferedBodyBytes = reader.body.count
        return handle(reader.head, body: reader.body, now: now)
    }

    private mutating func handle(_ head: RequestHead, body: [UInt8], now: Int64) -> RequestAction {
        bufferedBodyBytes = 0
        wait(limits.times.handler, now: now)
        phase = .handling
        return .handle(head, body: body)
    }
}
