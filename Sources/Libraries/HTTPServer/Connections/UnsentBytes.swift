/// What the system did not take yet of the bytes for a client: a part of a head, and of a body that is not copied behind
/// it.
struct UnsentBytes {
    /// Whether the system took less than it was given, and has not told since that it takes more.
    var isBlocked = false
    private var head: [UInt8] = []
    private var body: [UInt8] = []
    private var headStart = 0
    private var bodyStart = 0

    var isEmpty: Bool { headStart == head.count && bodyStart == body.count }
    var count: Int { head.count - headStart + body.count - bodyStart }

    /// Adds bytes behind those that wait.
    ///
    /// - Parameter start: Where the part of `body` begins that is added.
    mutating func append(_ bytes: ArraySlice<UInt8>, _ body: [UInt8], from start: Int = 0) {
        if isEmpty {
            head = Array(bytes)
            headStart = 0
            self.body = start == body.count ? [] : body
            bodyStart = start == body.count ? 0 : start
            return
        }
        // Only what follows an answer under way, such as an alert of TLS: rare and short.
        if bodyStart == self.body.count {
            head += bytes
            self.body = body
            bodyStart = start
        } else {
            self.body += bytes
            self.body += body[start...]
        }
    }

    /// Sends once. Nil when the connection is broken.
    mutating func send(to descriptor: Int32) -> Int? {
        guard let sent = Socket.send(head, from: headStart, body, from: bodyStart, to: descriptor) else { return nil }
        let ofHead = min(sent, head.count - headStart)
        headStart += ofHead
        bodyStart += sent - ofHead
        if isEmpty {
            self = UnsentBytes()
        } else {
            isBlocked = true
        }
        return sent
    }
}
