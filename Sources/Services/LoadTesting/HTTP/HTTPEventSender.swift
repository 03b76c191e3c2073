package import EventLoops
import Network

/// Posts events over one connection, which it keeps: an event alone to `/events`, several to `/events/batch`.
///
/// Over ``ByteStream`` rather than ``HTTPClient``, which has a thread for each client and costs more per request than the
/// server.
package actor HTTPEventSender: EventSender, EventLoopActor {
    package nonisolated let executor: EventLoop
    private let target: LoadTarget
    private let token: String?
    private let timeout: Duration
    private let oneHead: [UInt8]
    private let manyHead: [UInt8]

    private var stream: ByteStream?
    private var reader = AnswerReader()
    private var waiter: CheckedContinuation<SendAnswer, Never>?
    private var sentAt: Int64 = 0
    /// Whether a look at the time is scheduled: a timer for each request would cost more than the request.
    private var isWatched = false

    /// - Parameters:
    ///   - token: Sent with each request; nil for none.
    ///   - timeout: How long an answer is waited for, and a connection.
    package init(_ target: LoadTarget, token: String?, timeout: Duration, executor: EventLoop) {
        self.target = target
        self.token = token
        self.timeout = timeout
        self.executor = executor
        oneHead = Self.head("/events", target, token)
        manyHead = Self.head("/events/batch", target, token)
    }

    private static func head(_ path: String, _ target: LoadTarget, _ token: String?) -> [UInt8] {
        var lines = "POST \(target.path)\(path) HTTP/1.1\r\nHost: \(target.authority)\r\n"
        lines += "Content-Type: application/json\r\n"
        if let token { lines += "Authorization: Bearer \(token)\r\n" }
        return Array((lines + "Content-Length: ").utf8)
    }

    /// See ``EventSender``.
    package func open() async throws(SendFailure) {
        if stream != nil { return }
        let stream: ByteStream
        do throws(NetworkError) {
            stream = try await ByteStream.connect(to: target.endpoint, timeout: timeout, executor: executor)
        } catch {
            throw SendFailure("\(error)")
        }
        use(stream)
    }

    private func use(_ stream: ByteStream) {
        reader = AnswerReader()
        self.stream = stream
        stream.assumeIsolated { stream in
            stream.deliverInput { [weak self] input in self?.assumeIsolated { $0.received(input) } }
        }
    }

    /// See ``EventSender``.
    package func send(_ events: [[UInt8]]) async -> SendAnswer {
        guard let stream, waiter == nil else {
            let now = MonotonicClock.nanoseconds()
            return SendAnswer(.indeterminate("the connection had ended"), sentAt: now, endedAt: now)
        }
        let request = request(events)
        watch()
        return await withCheckedContinuation { continuation in
            waiter = continuation
            sentAt = MonotonicClock.nanoseconds()
            stream.assumeIsolated { stream in
                stream.send(request) { [weak self] error in
                    guard let error else { return }
                    self?.assumeIsolated { $0.end(.indeterminate("\(error)")) }
                }
            }
        }
    }

    /// See ``EventSender``.
    package func close() async {
        end(.indeterminate("the connection was closed"))
    }

    private func request(_ events: [[UInt8]]) -> [UInt8] {
        let isOne = events.count == 1
        let count = events.reduce(isOne ? 0 : events.count + 1) { $0 + $1.count }
        var request: [UInt8] = []
        request.reserveCapacity(oneHead.count + count + 32)
        request += isOne ? oneHead : manyHead
        request += "\(count)\r\n\r\n".utf8
        if isOne, let event = events.first {
            request += event
        } else {
            for (index, event) in events.enumerated() {
                request.append(UInt8(ascii: index == 0 ? "[" : ","))
                request += event
            }
            request.append(UInt8(ascii: "]"))
        }
        return request
    }

    private func received(_ input: ByteStream.Input) {
        switch input {
        case .bytes(let bytes):
            do throws(AnswerReader.Failure) {
                guard let answer = try reader.read(bytes) else { return }
                answered(answer)
            } catch {
                end(.indeterminate(error.text))
            }
        case .end: end(.indeterminate("the server ended the connection without an answer"))
        case .failure(let error): end(.indeterminate("\(error)"))
        }
    }

    private func answered(_ answer: AnswerReader.Answer) {
        let outcome: SendAnswer.Outcome =
            (200..<300).contains(answer.status)
            ? .accepted
            : .refused(status: answer.status, text: String(decoding: answer.body.prefix(500), as: UTF8.self))
        // An answer that nobody waits for is none to the next request.
        guard waiter != nil else { return end(outcome) }
        if !answer.keepsConnection { drop() }
        resume(outcome)
    }

    /// Ends the connection, and the request that is under way.
    private func end(_ outcome: SendAnswer.Outcome) {
        drop()
        resume(outcome)
    }

    private func drop() {
        guard let stream else { return }
        self.stream = nil
        // Not within the stream's own call of its handler.
        stream.enterLater { $0.close() }
    }

    private func resume(_ outcome: SendAnswer.Outcome) {
        guard let waiter else { return }
        self.waiter = nil
        waiter.resume(returning: SendAnswer(outcome, sentAt: sentAt, endedAt: MonotonicClock.nanoseconds()))
    }

    /// Looks from time to time whether an answer is overdue, while one is awaited.
    private func watch() {
        if isWatched { return }
        isWatched = true
        executor.schedule(after: min(timeout, .seconds(1))) { [weak self] in
            self?.assumeIsolated { $0.lookAtTime() }
        }
    }

    private func lookAtTime() {
        isWatched = false
        guard waiter != nil else { return }
        guard MonotonicClock.nanoseconds() - sentAt < timeout.wholeNanoseconds else {
            return end(.indeterminate("no answer came within \(timeout.wholeMilliseconds) ms"))
        }
        watch()
    }
}
