import CMicrohttpd
import Glibc
import HTTPMessages

/// One connection and the request it is at. Owned by the library, which calls it through `Daemon`.
final class Connection {
    enum Phase {
        /// Waits for a request line.
        case idle
        /// Reads header fields.
        case head
        /// Reads the body.
        case body
        /// Suspended until the handler answers.
        case handling
        /// Sends an answer whose body is known.
        case answering
        /// Sends a stream.
        case streaming
        /// Suspended until the stream's producer writes.
        case dry
        /// Was answered past the library and has no more output; input is dropped until the client closes.
        case closing
    }

    let id: UInt64
    let descriptor: Int32
    let address: HTTPAddress
    let handle: OpaquePointer
    unowned let daemon: Daemon
    unowned let engine: Engine

    var phase = Phase.idle
    /// When `deadlinePassed` is called, on the engine's clock; `.max` for never.
    private(set) var deadline = UInt64.max
    /// Rises with every request and whenever an answer is not waited for any more.
    var epoch: UInt64 = 0
    private var isSuspended = false
    private var isAborted = false
    private var hasStoppedReading = false
    private var hasPeerHungUp = false
    /// Whether the client may still be sending when the library closes the socket.
    private var lingers = false

    private var rawTarget: [UInt8] = []
    private(set) var method = HTTPMethod.get
    private var target: RequestTarget?
    private var headers = HTTPHeaders()
    private var body: [UInt8] = []
    private var bodyLimit = 0
    private var bufferedBytes = 0
    private var swallowedBytes = 0
    private var refusal: HTTPRefusal?
    private var answer: HTTPResponse?
    private var task: Task<Void, Never>?
    var stream: BodyPipe?
    var heartbeat: HTTPBodyStream.Heartbeat?
    private var endsAtStop = false

    init(_ incoming: Daemon.Incoming, handle: OpaquePointer, daemon: Daemon) {
        id = incoming.id
        descriptor = incoming.descriptor
        address = incoming.address
        self.handle = handle
        self.daemon = daemon
        engine = daemon.engine
        wait(engine.limits.head)
    }

    func wait(_ nanoseconds: UInt64) {
        deadline = engine.now + nanoseconds
        engine.arm(deadline)
    }

    private func waitForever() {
        deadline = .max
    }
}

// MARK: - A request comes in

extension Connection {
    /// The request line is read. What it points to changes with the library's next step.
    func targetReceived(_ target: UnsafePointer<CChar>?) {
        if phase == .closing { return }
        // A first request has until the deadline its connection began with.
        if epoch > 0 { wait(engine.limits.head) }
        phase = .head
        epoch += 1
        rawTarget.removeAll(keepingCapacity: true)
        if let target {
            rawTarget.append(contentsOf: UnsafeRawBufferPointer(start: target, count: strlen(target)))
        }
    }

    /// The library asks what to do: with the head, with the whole request, or after it was resumed. False closes.
    func called(
        target: UnsafePointer<CChar>, method: UnsafePointer<CChar>, version: UnsafePointer<CChar>
    ) -> Bool {
        if isAborted { return false }
        switch phase {
        case .head: return headReceived(target: target, method: method, version: version)
        case .body: return requestReceived()
        case .handling:
            guard let answer else {
                suspend()
                return true
            }
            self.answer = nil
            return send(answer)
        case .idle, .answering, .streaming, .dry, .closing: return false
        }
    }

    private func headReceived(
        target: UnsafePointer<CChar>, method: UnsafePointer<CChar>, version: UnsafePointer<CChar>
    ) -> Bool {
        let size = cmicrohttpd_head_size(handle)
        var reader = HeadReader(
            target: target, method: method, version: version, targetLength: rawTarget.count, size: size)
        reader.readFields(of: handle)
        self.method = HTTPMethod(rawValue: String(cString: method))
        if let problem = reader.finish() {
            return refuseHead(HTTPRefusal(.malformedRequest, detail: problem))
        }
        if size > engine.configuration.maxHeaderBytes {
            return refuseHead(
                HTTPRefusal(
                    .headTooLarge(limit: engine.configuration.maxHeaderBytes),
                    detail: "The header is larger than \(engine.configuration.maxHeaderBytes) bytes."))
        }
        if !ConnectionMemory(engine.configuration).holds(headOf: size, fields: reader.head.headers.count) {
            return refuseHead(
                HTTPRefusal(
                    .headTooLarge(limit: engine.configuration.maxHeaderBytes),
                    detail: "The header has too many fields."))
        }
        let parsed: RequestTarget
        do throws(HTTPTargetError) {
            parsed = try RequestTarget(rawTarget, method: self.method)
        } catch {
            return refuseHead(HTTPRefusal(.malformedRequest, detail: error.description))
        }
        bodyLimit = engine.configuration.bodyLimit?(self.method, parsed.path) ?? engine.configuration.maxBodyBytes
        if case .length(let length) = reader.head.framing {
            if length > bodyLimit { return refuseHead(bodyTooLarge) }
            // What is only announced is not worth much memory yet.
            body.reserveCapacity(min(length, 65_536))
        }
        self.target = parsed
        headers = reader.head.headers
        phase = .body
        wait(engine.limits.body)
        return true
    }

    private var bodyTooLarge: HTTPRefusal {
        HTTPRefusal(.bodyTooLarge(limit: bodyLimit), detail: "The body is larger than \(bodyLimit) bytes.")
    }

    /// A piece of the body. False closes.
    func bodyReceived(_ piece: UnsafeRawBufferPointer) -> Bool {
        if isAborted { return false }
        guard phase == .body, refusal == nil else { return swallow(piece.count) }
        if body.count + piece.count > bodyLimit {
            refuseBody(bodyTooLarge)
            return swallow(piece.count)
        }
        if engine.statistics.bufferedBodyBytes + piece.count > engine.configuration.maxBufferedBodyBytes {
            refuseBody(HTTPRefusal(.overloaded, detail: "The server holds as many request bodies as it may."))
            return swallow(piece.count)
        }
        bufferedBytes += piece.count
        engine.statistics.bufferedBodyBytes += piece.count
        body.append(contentsOf: piece)
        return true
    }

    /// The request is whole.
    private func requestReceived() -> Bool {
        if let refusal { return refuse(refusal) }
        guard let target else { return false }
        if engine.statistics.runningHandlers >= engine.configuration.maxConcurrentHandlers {
            return refuse(HTTPRefusal(.overloaded, detail: "The server has as many requests under way as it may."))
        }
        let request = HTTPRequest(
            method: method, target: target, headers: headers, body: body, remoteAddress: address,
            connection: HTTPConnectionInfo(isTLS: daemon.isTLS, id: id))
        self.target = nil
        headers = HTTPHeaders()
        body = []
        phase = .handling
        wait(engine.limits.handler)
        engine.statistics.runningHandlers += 1
        let isQuick = request.body.count <= engine.configuration.inlineBodyLimit
        // Not a child of anything: it is cancelled by this connection, and its end is counted by the engine.
        task = Task(executorPreference: isQuick ? engine.engineAccess.taskExecutor : nil) {
            [handler = engine.handler, inbox = engine.inbox, id, epoch] in
            inbox.post(.answered(connection: id, epoch: epoch, await handler(request)))
        }
        if hasPeerHungUp { task?.cancel() }
        suspend()
        return true
    }

    func handlerAnswered(_ response: HTTPResponse, epoch: UInt64) {
        guard epoch == self.epoch, phase == .handling, !isAborted else { return }
        engine.statistics.servedRequests += 1
        answer = response
        resume()
    }
}

// MARK: - Refusals

extension Connection {
    /// Refuses a request whose end cannot be trusted or is not worth waiting for: the answer closes the connection.
    private func refuseHead(_ refusal: HTTPRefusal) -> Bool {
        lingers = true
        return refuse(refusal)
    }

    private func refuse(_ refusal: HTTPRefusal) -> Bool {
        engine.statistics.refusedRequests += 1
        return send(engine.configuration.refusal(refusal), closing: lingers)
    }

    /// While a body comes in nothing can be answered: what is left of it is dropped, up to a bound.
    private func refuseBody(_ refusal: HTTPRefusal) {
        self.refusal = refusal
        releaseBody()
    }

    private func releaseBody() {
        engine.statistics.bufferedBodyBytes -= bufferedBytes
        bufferedBytes = 0
        body = []
    }

    private func swallow(_ count: Int) -> Bool {
        swallowedBytes += count
        if swallowedBytes <= Limits.swallowedBytes { return true }
        guard phase == .body, let refusal, !daemon.isTLS else { return false }
        swallowedBytes = 0
        refuseRaw(refusal)
        return true
    }

    /// Answers a request that does not come to its end, and closes after a while.
    private func refuseRaw(_ refusal: HTTPRefusal) {
        engine.statistics.refusedRequests += 1
        RawAnswer.send(engine.configuration.refusal(refusal), to: descriptor, withBody: method != .head)
        phase = .closing
        wait(Limits.lingerTime)
    }
}

// MARK: - Answers

extension Connection {
    /// Queues an answer; only inside `called`, once a request. False closes.
    private func send(_ response: HTTPResponse, closing: Bool = false) -> Bool {
        var response = response
        var answer = Answer(response, isHead: method == .head)
        if answer == nil {
            response = engine.configuration.refusal(
                HTTPRefusal(.invalidResponse, detail: "The server has no valid answer to this request."))
            answer = Answer(response, isHead: method == .head)
        }
        guard let answer else { return false }
        if closing || daemon.isDraining { answer.closeConnection() }
        if case .stream(let body) = response.body, method != .head {
            startStream(body, reader: answer.reader)
        } else {
            phase = .answering
            wait(engine.limits.write &* UInt64(1 + answer.size / 65_536))
        }
        return answer.queue(on: handle)
    }

    private func startStream(_ body: HTTPBodyStream, reader: StreamReader?) {
        let pipe = BodyPipe(capacity: body.bufferSize) { [inbox = engine.inbox, id, epoch] in
            inbox.post(.streamReady(connection: id, epoch: epoch))
        }
        stream = pipe
        heartbeat = body.heartbeat
        endsAtStop = body.endsAtStop
        reader?.connection = self
        engine.statistics.openStreams += 1
        phase = .streaming
        wait(engine.limits.write)
        // Not a child of anything: it is cancelled by this connection, and ended through the pipe.
        task = Task {
            do {
                try await body.produce(HTTPBodyWriter(pipe: pipe))
                pipe.finish(failed: false)
            } catch {
                pipe.finish(failed: true)
            }
        }
        if endsAtStop, daemon.isDraining { endStream(.serverStopping) }
        if hasPeerHungUp { endStream(.clientGone) }
    }

    /// The library asks for more of the stream. Returns a count, 0 when suspended, or one of the library's ends.
    func readStream(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard let stream, !isAborted else { return StreamReader.failed }
        switch stream.read(into: buffer) {
        case .bytes(let count):
            phase = .streaming
            wait(engine.limits.write)
            return count
        case .finished: return StreamReader.finished
        case .failed: return StreamReader.failed
        case .empty:
            phase = .dry
            if let heartbeat { wait(heartbeat.interval.nanoseconds) } else { waitForever() }
            suspend()
            return 0
        }
    }

    func streamReady(epoch: UInt64) {
        if epoch == self.epoch, phase == .dry { resume() }
    }

    private func endStream(_ error: HTTPBodyWriteError) {
        stream?.close(error)
        task?.cancel()
    }
}

// MARK: - Ends

extension Connection {
    /// The answer is sent, or will never be.
    func requestCompleted(normally: Bool) {
        // Ended before its task is, so that the producer learns why.
        endStream(.clientGone)
        task = nil
        if stream != nil {
            engine.statistics.openStreams -= 1
            stream = nil
            heartbeat = nil
        }
        releaseBody()
        target = nil
        headers = HTTPHeaders()
        refusal = nil
        answer = nil
        swallowedBytes = 0
        if lingers, normally {
            let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
            if copy >= 0 { engine.linger(copy) }
        }
        // The library closes a connection whose answer has failed with its next step, but does not ask for one.
        if !normally { engine.scheduleTurn() }
        if phase == .closing { return }
        phase = .idle
        wait(engine.limits.idle)
        if hasPeerHungUp { engine.findEnd(of: self) }
        // An answer that was begun before the drain does not end its connection by itself.
        if daemon.isDraining, !lingers { drain() }
    }

    /// The library has let go of the connection.
    func closed() {
        epoch += 1
    }

    func deadlinePassed() {
        waitForever()
        switch phase {
        case .idle where epoch > 0, .answering, .streaming, .closing:
            abort(.clientGone)
        case .idle, .head, .body:
            if daemon.isTLS || isAborted {
                abort(.clientGone)
            } else {
                refuseRaw(HTTPRefusal(.requestTimeout, detail: "The request did not come in time."))
            }
        case .handling:
            task?.cancel()
            epoch += 1
            engine.statistics.refusedRequests += 1
            answer = engine.configuration.refusal(
                HTTPRefusal(.handlerTimeout, detail: "The server could not answer in time."))
            resume()
        case .dry:
            if let heartbeat, stream?.insertHeartbeat(heartbeat.bytes) == true { resume() }
        }
    }

    /// The client has closed its side. An answer under way is still sent, in case only that side is closed.
    func peerHungUp() {
        if hasStoppedReading { return }
        // Told once only, perhaps before the request that came with it is read.
        hasPeerHungUp = true
        switch phase {
        case .handling: task?.cancel()
        case .streaming, .dry: abort(.clientGone)
        case .idle, .head, .body, .closing: engine.findEnd(of: self)
        case .answering: break
        }
    }

    /// Has the library find the end of the client's side, if it is reading.
    func findEnd() {
        switch phase {
        case .idle, .head, .body, .closing: stopReading()
        case .handling, .answering, .streaming, .dry: break
        }
    }

    /// Has the library read what is here already, and after it find the end.
    private func stopReading() {
        hasStoppedReading = true
        shutdown(descriptor, Int32(SHUT_RD))
    }

    /// The connection is to end after what it is at.
    func drain() {
        switch phase {
        case .idle: stopReading()
        case .streaming, .dry:
            if endsAtStop { endStream(.serverStopping) }
        case .head, .body, .handling, .answering, .closing:
            break
        }
    }

    /// Ends the connection now; not to be called while the library is at work.
    func abort(_ error: HTTPBodyWriteError) {
        isAborted = true
        endStream(error)
        shutdown(descriptor, Int32(SHUT_RDWR))
        resume()
        engine.scheduleTurn()
    }

    private func suspend() {
        isSuspended = true
        MHD_suspend_connection(handle)
    }

    private func resume() {
        guard isSuspended else { return }
        isSuspended = false
        MHD_resume_connection(handle)
    }
}
