public import HTTPMessages

/// An event of a `text/event-stream`.
public struct HTTPServerSentEvent: Sendable, Hashable {
    /// The data; each line of it becomes a `data:` line.
    public var data: String
    /// The event's type, `message` to the browser where it is nil. Line breaks end it.
    public var event: String?
    /// The id a browser sends back as `Last-Event-ID` after a reconnect. Line breaks end it.
    public var id: String?
    /// How long the browser waits before it reconnects, rounded to milliseconds.
    public var retry: Duration?

    /// Makes an event from its parts.
    public init(data: String, event: String? = nil, id: String? = nil, retry: Duration? = nil) {
        self.data = data
        self.event = event
        self.id = id
        self.retry = retry
    }

    /// The event as it is sent.
    var encoded: [UInt8] {
        var text = ""
        if let event { text += "event: \(Self.firstLine(event))\n" }
        if let id { text += "id: \(Self.firstLine(id))\n" }
        if let retry { text += "retry: \(Int(retry / .milliseconds(1)))\n" }
        for line in data.split(omittingEmptySubsequences: false, whereSeparator: Self.endsLine) {
            text += "data: \(line)\n"
        }
        return Array((text + "\n").utf8)
    }

    private static func firstLine(_ text: String) -> Substring {
        text.prefix { !endsLine($0) }
    }

    /// Only these three end a line here; within JSON's strings Unicode's other line breaks may stand as they are.
    private static func endsLine(_ character: Character) -> Bool {
        character == "\n" || character == "\r" || character == "\r\n"
    }
}

/// Writes a stream of server-sent events. Safe to use from any task.
public struct HTTPEventWriter: Sendable {
    let writer: HTTPBodyWriter

    /// Sends an event. Suspends while the client is slower than the producer.
    public func send(_ event: HTTPServerSentEvent) async throws(HTTPBodyWriteError) {
        try await writer.write(event.encoded)
    }
}

extension HTTPResponse {
    /// A stream of server-sent events that `produce` sends until it returns, the client is gone or the server stops.
    ///
    /// A comment goes out when the stream was silent for `heartbeat`; while it is silent it uses no processor time.
    public static func serverSentEvents(
        heartbeat: Duration = .seconds(15), headers: HTTPHeaders = [:],
        _ produce: @escaping @Sendable (HTTPEventWriter) async throws -> Void
    ) -> HTTPResponse {
        var headers = headers
        headers["Content-Type"] = "text/event-stream"
        headers["Cache-Control"] = "no-store"
        // Asks nginx in front not to hold events back.
        headers["X-Accel-Buffering"] = "no"
        let stream = HTTPBodyStream(
            heartbeat: HTTPBodyStream.Heartbeat(bytes: Array(":\n\n".utf8), interval: heartbeat), endsAtStop: true
        ) { writer in
            try await produce(HTTPEventWriter(writer: writer))
        }
        return HTTPResponse(headers: headers, body: .stream(stream))
    }
}
