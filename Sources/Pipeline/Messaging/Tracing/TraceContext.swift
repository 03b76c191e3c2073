import Bytes
import Events

/// One span of a W3C trace (Trace Context, level 1): the request that an event belongs to.
package struct TraceContext: Sendable, Hashable, CustomStringConvertible {
    /// The first eight bytes of the trace id; the id as a whole is not zero.
    package let traceHigh: UInt64
    /// The last eight bytes of the trace id.
    package let traceLow: UInt64
    /// Not zero.
    package let spanID: UInt64
    /// Bit 0: sampled.
    package private(set) var flags: UInt8

    /// Whether whoever began the trace wants its spans kept.
    package var isSampled: Bool { flags & 1 == 1 }

    /// The trace id in lower-case hex.
    package var traceID: String {
        String(
            decoding: [UInt8](capacity: 32) { text in
                text.append(hexadecimal: traceHigh, count: 16)
                text.append(hexadecimal: traceLow, count: 16)
            }, as: UTF8.self)
    }

    /// A new, sampled trace.
    package init(using generator: inout some RandomNumberGenerator) {
        self.init(
            high: generator.next() | 1, low: generator.next(), span: generator.next() | 1, flags: 1)
    }

    /// A span of the caller's trace, below the caller's own; without a caller, a new trace.
    package init(continuing parent: TraceContext?, using generator: inout some RandomNumberGenerator) {
        self = parent?.child(using: &generator) ?? TraceContext(using: &generator)
    }

    /// A span of the same trace, below this one.
    package func child(using generator: inout some RandomNumberGenerator) -> TraceContext {
        TraceContext(high: traceHigh, low: traceLow, span: generator.next() | 1, flags: flags)
    }

    /// Leaves out a part of the new traces, the same wherever it is decided.
    ///
    /// - Parameter ratio: The share of traces that are kept, 0 ... 1.
    package mutating func sample(_ ratio: Double) {
        // The low half of the id is random; 53 of its bits are as many as a Double tells apart.
        let place = Double(traceLow >> 11) / Double(1 << 53)
        if place < ratio { flags |= 1 } else { leaveOut() }
    }

    /// Has nobody keep the trace's spans.
    mutating func leaveOut() { flags &= ~1 }

    /// Reads a `traceparent` header: version, trace id, span id and flags in lower-case hex. Of versions above 00
    /// the known part is read, as the specification asks (section 3.2.4).
    package init?(_ header: String) {
        let parts = header.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[0] != "ff", Self.hex(parts[0]) != nil,
            parts[0] != "00" || parts.count == 4,
            parts[1].utf8.count == 32, parts[2].utf8.count == 16, parts[3].utf8.count == 2,
            let high = Self.hex(parts[1].prefix(16)), let low = Self.hex(parts[1].dropFirst(16)), high | low != 0,
            let span = Self.hex(parts[2]), span != 0, let flags = Self.hex(parts[3])
        else { return nil }
        self.init(high: high, low: low, span: span, flags: UInt8(truncatingIfNeeded: flags))
    }

    private init(high: UInt64, low: UInt64, span: UInt64, flags: UInt8) {
        traceHigh = high
        traceLow = low
        spanID = span
        self.flags = flags
    }

    /// The `traceparent` header, version 00.
    package var description: String {
        let bytes = [UInt8](capacity: 55) { text in
            for byte in "00-".utf8 { text.append(byte) }
            text.append(hexadecimal: traceHigh, count: 16)
            text.append(hexadecimal: traceLow, count: 16)
            text.append(UInt8(ascii: "-"))
            text.append(hexadecimal: spanID, count: 16)
            text.append(UInt8(ascii: "-"))
            text.append(hexadecimal: UInt64(flags), count: 2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func hex(_ text: Substring) -> UInt64? {
        guard text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else { return nil }
        return UInt64(text, radix: 16)
    }
}
