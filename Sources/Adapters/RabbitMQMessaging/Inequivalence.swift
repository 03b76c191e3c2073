/// RabbitMQ's answer to a declaration that differs from what exists (reply code 406): it names one argument, the first
/// that it compares.
///
///     PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue 'q' in vhost '/': received '1' but current is '2'
///     ... received none but current is the value '2' of type 'signedint'
///     ... received the value '1' of type 'signedint' but current is none
struct Inequivalence: Hashable, Sendable {
    /// The argument's name.
    var argument: String
    /// The value in the declaration; nil: not set.
    var received: String?
    /// The value that exists; nil: not set.
    var current: String?

    /// Reads the answer's text; nil for another answer, or a text that was cut (reply texts end after 255 bytes).
    init?(_ text: String) {
        guard let start = text.firstRange(of: "inequivalent arg '")?.upperBound,
            let end = text[start...].firstIndex(of: "'"),
            let received = text[end...].firstRange(of: ": received "),
            let current = text[received.upperBound...].firstRange(of: " but current is "),
            let old = Self.value(text[received.upperBound..<current.lowerBound]),
            let new = Self.value(text[current.upperBound...])
        else { return nil }
        argument = String(text[start..<end])
        self.received = old.text
        self.current = new.text
    }

    private struct Value {
        var text: String?
    }

    private static func value(_ text: Substring) -> Value? {
        if text == "none" { return Value(text: nil) }
        var rest = text
        if rest.hasPrefix("the value ") {
            guard let type = rest.ranges(of: " of type '").last else { return nil }
            rest = rest[..<type.lowerBound].dropFirst("the value ".count)
        }
        guard rest.count >= 2, rest.first == "'", rest.last == "'" else { return nil }
        return Value(text: String(rest.dropFirst().dropLast()))
    }
}
