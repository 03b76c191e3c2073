import Glibc
import HTTPMessages
import HTTPWire
import JSON

/// What `HTTPWire` makes of requests, for `scripts/http-differential`.
///
/// Reads inputs from standard input, each behind its length as four octets, the highest first. Prints a line of JSON for
/// each: the requests that it holds, then the refusal or what the machine waits for. Octets are characters of Latin-1.
enum HTTPRequestsCommand {
    private static let limits = RequestLimits(
        maxHeaderBytes: 16_384, maxHeaderFields: 100, maxBodyBytes: 1 << 20,
        times: RequestLimits.Times(
            head: .max, body: .max, handler: .max, write: .max, whole: .max, idle: .max, linger: .max))

    /// Returns false for words that it does not know.
    static func run(_ words: [String]) -> Bool {
        guard words.isEmpty else { return false }
        var rest = everything()[...]
        while rest.count >= 4 {
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            print(line(of: rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        fflush(nil)
        return true
    }

    private static func everything() -> [UInt8] {
        var all: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while case let count = read(STDIN_FILENO, &block, block.count), count > 0 { all += block[..<count] }
        return all
    }

    private static func line(of input: ArraySlice<UInt8>) -> String {
        var machine = RequestMachine(limits: limits, now: 0)
        var output: [UInt8] = []
        var requests: [JSONValue] = []
        var refusal: JSONValue = .null
        var isClosed = false
        var action = machine.received(input, now: 0, bodyRoom: .max, output: &output)
        loop: while true {
            switch action {
            case .handle(let head, let body):
                requests.append(json(head, body))
                let answer = ResponseHead(status: .notFound)
                guard (try? machine.answer(answer, date: [], now: 0, output: &output)) != nil else { exit(1) }
                action = machine.sent(now: 0, bodyRoom: .max, output: &output)
            case .refuse(let reason):
                refusal = .object(["status": .integer(Int64(reason.status.code)), "detail": .string(reason.detail)])
                break loop
            case .wait, .cancelHandler, .beat: break loop
            case .endOutput, .close:
                isClosed = true
                break loop
            }
        }
        var writer = JSONWriter()
        writer.value(
            .object([
                "requests": .array(requests), "refusal": refusal, "closed": .bool(isClosed),
                "idle": .bool(machine.isIdle),
            ]))
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func json(_ head: RequestHead, _ body: [UInt8]) -> JSONValue {
        var fields: [JSONValue] = []
        head.headers.forEachField { name, value in
            fields.append(.array([.string(text(name)), .string(text(value))]))
        }
        return .object([
            "method": .string(head.method.rawValue), "target": .string(head.target.raw),
            "version": .string(head.isHTTP10 ? "1.0" : "1.1"), "fields": .array(fields),
            "body": .string(text(body.span)),
        ])
    }

    private static func text(_ bytes: Span<UInt8>) -> String {
        String(String.UnicodeScalarView(bytes.indices.map { Unicode.Scalar(bytes[$0]) }))
    }
}
