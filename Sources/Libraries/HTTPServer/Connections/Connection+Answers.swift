import HTTPMessages
import HTTPWire
import Synchronization

extension Connection {
    /// Bodies up to this size are copied behind their heads; larger ones are sent from where they are.
    private static let copiedBody = 16_384

    /// Starts the handler.
    func start(_ head: RequestHead, _ body: [UInt8]) -> RequestAction {
        let shared = table.shared
        method = head.method
        countBody()
        guard shared.counts.runningHandlers.load(ordering: .relaxed) < shared.configuration.maxConcurrentHandlers
        else {
            return refuse(
                HTTPRefusal(.overloaded, detail: "The server has as many requests under way as it may.", head: head))
        }
        shared.counts.runningHandlers.add(1)
        shared.counts.bufferedBodyBytes.add(body.count)
        if note == nil { note = HandlerNote() }
        let request = HTTPRequest(
            head, body: body, remoteAddress: address,
            connection: HTTPConnectionInfo(isTLS: tls != nil, id: key.id), number: machine.requestNumber, note: note)
        let isInline = body.count <= shared.configuration.inlineBodyLimit
        // Not a child of anything: it is cancelled by this connection, and its end is counted by the table.
        task = Task(executorPreference: isInline ? table.access.loop.taskExecutor : nil) {
            [access = table.access, key, number = machine.requestNumber, bodySize = body.count] in
            let response = await access.shared.handler(request)
            access.answer(key, number, response, bodySize: bodySize)
        }
        if machine.hasPeerHungUp { task?.cancel() }
        return .wait
    }

    /// Answers without a handler, or instead of one that is under way.
    func refuse(_ refusal: HTTPRefusal) -> RequestAction {
        table.shared.counts.refusedRequests.add(wasTurnedAway ? 0 : 1)
        task?.cancel()
        let configuration = table.shared.configuration
        if refusal.reason == .handlerTimeout, let note = note?.giveUp(machine.requestNumber),
            let answer = configuration.lateAnswer
        {
            return give(answer(note))
        }
        return give(configuration.refusal(refusal))
    }

    /// Sends an answer, or begins to.
    func give(_ response: HTTPResponse, isHandlers: Bool = false) -> RequestAction {
        task = nil
        if isHandlers {
            guard hasRoom(for: response.body) else {
                return refuse(
                    HTTPRefusal(
                        .overloaded, detail: "The server holds as many answers as it may that clients do not take."))
            }
            table.shared.counts.servedRequests.add(1)
        }
        table.clearOutput()
        do throws(InvalidResponse) {
            return try write(response)
        } catch {
            let refusal = HTTPRefusal(
                .invalidResponse, detail: "The server has no valid answer to this request.")
            return (try? write(table.shared.configuration.refusal(refusal))) ?? machine.failed()
        }
    }

    /// Whether an answer may come to wait for its client. One that tells of what has happened is sent in any case.
    private func hasRoom(for body: HTTPResponse.Body) -> Bool {
        let size =
            switch body {
            case .bytes(let bytes) where bytes.count > Self.copiedBody: bytes.count
            case .stream(let stream): stream.bufferSize
            case .empty, .bytes: 0
            }
        return size == 0 || size <= table.shared.answerRoom || (method != .get && method != .head)
    }

    private func write(_ response: HTTPResponse) throws(InvalidResponse) -> RequestAction {
        let head = ResponseHead(status: response.status, headers: response.headers, body: response.body.framing)
        let hasBody = try machine.answer(head, date: table.dateText(), now: table.now, output: &table.output)
        countBody()
        switch response.body {
        case .bytes(let bytes) where hasBody:
            if bytes.count > Self.copiedBody { return transmit(bytes) }
            table.output.append(contentsOf: bytes)
        case .stream(let body) where hasBody: begin(body)
        case .empty, .bytes, .stream: break
        }
        return transmit()
    }
}

extension HTTPResponse.Body {
    fileprivate var framing: ResponseHead.Body {
        switch self {
        case .empty: .length(0)
        case .bytes(let bytes): .length(bytes.count)
        case .stream: .stream
        }
    }
}
