import Bytes
import Events
import JSON

/// A line of a ledger.
///
/// A load test writes what it attempts before it sends it, and what became of it afterwards, one JSON object a line:
///
///     {"run":{"graph_before":0,"vectors_before":0}}
///     {"attempt":{"event_id":"...","user_id":1,...},"at":"2026-11-30T10:00:00Z"}
///     {"acknowledged":["..."]}
///     {"refused":["..."],"status":422}
///     {"indeterminate":["..."]}
///
/// Lists of accepted events, as others keep them, have an id a line, or an object with an `event_id`.
enum LedgerLine: Hashable {
    /// How many events the stores had before the first attempt.
    case run(graph: Int, vectors: Int)
    /// The event that stands in this range of the bytes is about to be sent, at a time.
    case attempt(EventID, event: Range<Int>, at: Timestamp?)
    /// What became of some events.
    case outcome(Attempt.Outcome, [EventID])
    /// An accepted event; with its content where the range, all of the line, may have it.
    case accepted(EventID, event: Range<Int>?)

    private static let decoder = EventDecoder()

    /// Reads a line, without its line feed; nil for anything else.
    init?(_ bytes: [UInt8], in line: Range<Int>) {
        var line = line
        if !line.isEmpty, bytes[line.upperBound - 1] == UInt8(ascii: "\r") { line.removeLast() }
        if let id = EventID(anySpelling: bytes[line]) {
            self = .accepted(id, event: nil)
        } else if let own = Self.own(bytes, line) {
            self = own
        } else if let id = Self.decoder.namedID(in: Array(bytes[line])) {
            self = .accepted(id, event: line)
        } else {
            return nil
        }
    }

    /// The forms that a load test writes, by their first member.
    private static func own(_ bytes: [UInt8], _ line: Range<Int>) -> LedgerLine? {
        var reader = JSONReader(bytes, in: line, maximumDepth: JSONReader.standardDepth + 1)
        guard reader.peek() == UInt8(ascii: "{"), (try? reader.openObject()) != nil,
            let first = try? reader.nextKey(isFirst: true)
        else { return nil }
        switch reader.string(first) {
        case "attempt": return attempt(&reader)
        case "acknowledged": return ids(&reader).flatMap { $0.status == nil ? .outcome(.acknowledged, $0.ids) : nil }
        case "refused": return ids(&reader).flatMap { line in line.status.map { .outcome(.refused($0), line.ids) } }
        case "indeterminate": return ids(&reader).map { .outcome(.indeterminate, $0.ids) }
        case "run": return run(&reader)
        default: return nil
        }
    }

    private static func attempt(_ reader: inout JSONReader) -> LedgerLine? {
        do throws(JSONSyntaxError) {
            guard reader.peek() == UInt8(ascii: "{") else { return nil }
            let start = reader.index
            _ = try reader.value()
            let range = start..<reader.index
            guard let id = decoder.namedID(in: Array(reader.bytes[range])) else { return nil }
            var time: Timestamp?
            while let key = try reader.nextKey(isFirst: false) {
                let value = try reader.value()
                if reader.string(key) == "at" { time = try? Timestamp(reader.string(value), allowsDate: false) }
            }
            try reader.finish()
            return .attempt(id, event: range, at: time)
        } catch {
            return nil
        }
    }

    private static func ids(_ reader: inout JSONReader) -> (ids: [EventID], status: Int?)? {
        do throws(JSONSyntaxError) {
            guard reader.peek() == UInt8(ascii: "[") else { return nil }
            var ids: [EventID] = []
            try reader.openArray()
            while try reader.nextElement(isFirst: ids.isEmpty) {
                guard let id = EventID(reader.string(try reader.value())) else { return nil }
                ids.append(id)
            }
            var status: Int?
            while let key = try reader.nextKey(isFirst: false) {
                let value = try reader.value()
                if reader.string(key) == "status" { status = Self.number(value, reader) }
            }
            try reader.finish()
            return (ids, status)
        } catch {
            return nil
        }
    }

    private static func run(_ reader: inout JSONReader) -> LedgerLine? {
        do throws(JSONSyntaxError) {
            guard reader.peek() == UInt8(ascii: "{") else { return nil }
            var counts: [String: Int] = [:]
            try reader.openObject()
            var isFirst = true
            while let key = try reader.nextKey(isFirst: isFirst) {
                isFirst = false
                let value = try reader.value()
                counts[reader.string(key)] = Self.number(value, reader)
            }
            guard let graph = counts["graph_before"], let vectors = counts["vectors_before"],
                try reader.nextKey(isFirst: false) == nil
            else { return nil }
            try reader.finish()
            return .run(graph: graph, vectors: vectors)
        } catch {
            return nil
        }
    }

    private static func number(_ token: JSONToken, _ reader: JSONReader) -> Int? {
        guard case .number = token.kind, case .value(let value) = reader.integer(token) else { return nil }
        return Int(value)
    }
}

/// The lines that a load test writes, each with its line feed.
package enum LedgerText {
    /// The first line: what the stores had before.
    package static func run(graph: Int, vectors: Int) -> [UInt8] {
        line { json in
            json.key("run")
            json.object { json in
                json.member("graph_before", graph)
                json.member("vectors_before", vectors)
            }
        }
    }

    /// The line of an event that is about to be sent.
    ///
    /// - Parameter event: The event as JSON.
    static func attempt(_ event: [UInt8], at now: Timestamp) -> [UInt8] {
        var json = JSONWriter(reserving: event.count + 64)
        json.object { json in
            json.key("attempt")
            json.raw(event)
            json.member("at", now)
        }
        return json.bytes + [UInt8(ascii: "\n")]
    }

    /// The line of what became of the events of a request.
    static func outcome(_ outcome: Attempt.Outcome, of events: [Event]) -> [UInt8] {
        line { json in
            switch outcome {
            case .acknowledged: json.key("acknowledged")
            case .refused: json.key("refused")
            case .indeterminate: json.key("indeterminate")
            }
            json.array { json in
                for event in events { json.id(event.id) }
            }
            if case .refused(let status) = outcome { json.member("status", status) }
        }
    }

    private static func line(_ members: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter(reserving: 96)
        json.object(members)
        return json.bytes + [UInt8(ascii: "\n")]
    }
}
