public import Bytes

/// Writes one JSON text into a byte array.
///
/// It puts the commas; the caller keeps the order: in an object a key before each value, and every begin has its end.
/// A value of its own to each caller; nothing is shared.
///
/// ```swift
/// var json = JSONWriter()
/// json.object { json in
///     json.member("status", "healthy")
///     json.member("messages", 42)
/// }
/// ```
@frozen
public struct JSONWriter: Sendable {
    /// What has been written.
    @inlinable public var bytes: [UInt8] { text }
    @usableFromInline var text: [UInt8] = []
    /// Whether the next key or value follows another one.
    @usableFromInline var needsComma = false

    /// A writer with room for that many bytes.
    @inlinable
    public init(reserving capacity: Int = 256) {
        text.reserveCapacity(capacity)
    }

    // MARK: Structure

    /// Writes an object whose members are written by `members`.
    @inlinable
    public mutating func object<Failure: Error>(
        _ members: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        beginObject()
        try members(&self)
        endObject()
    }

    /// Writes an array whose elements are written by `elements`.
    @inlinable
    public mutating func array<Failure: Error>(
        _ elements: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        beginArray()
        try elements(&self)
        endArray()
    }

    /// Opens an object, for callers that close it elsewhere.
    @inlinable
    public mutating func beginObject() { begin(UInt8(ascii: "{")) }

    /// Closes the innermost object.
    @inlinable
    public mutating func endObject() { end(UInt8(ascii: "}")) }

    /// Opens an array, for callers that close it elsewhere.
    @inlinable
    public mutating func beginArray() { begin(UInt8(ascii: "[")) }

    /// Closes the innermost array.
    @inlinable
    public mutating func endArray() { end(UInt8(ascii: "]")) }

    /// Writes a member's key; its value comes next.
    @inlinable
    public mutating func key(_ name: String) {
        separate()
        quote(name)
        text.append(UInt8(ascii: ":"))
        needsComma = false
    }

    // MARK: Values

    /// Writes `null`.
    @inlinable
    public mutating func null() {
        separate()
        text.append(contentsOf: "null".utf8)
    }

    /// Writes `true` or `false`.
    @inlinable
    public mutating func bool(_ value: Bool) {
        separate()
        text.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// Writes an integer.
    @inlinable
    public mutating func integer(_ value: Int64) {
        separate()
        if value < 0 { text.append(UInt8(ascii: "-")) }
        text.append(digitsOf: UInt(value.magnitude))
    }

    /// Writes an integer.
    @inlinable
    public mutating func integer(_ value: Int) {
        integer(Int64(value))
    }

    /// Writes an integer.
    @inlinable
    public mutating func integer(_ value: UInt64) {
        separate()
        text.append(digitsOf: UInt(value))
    }

    /// Writes the shortest digits that read back as `value`, always with fraction or exponent (`1.0`, `1e+20`); `null`
    /// for an infinite value or NaN, which JSON cannot say.
    public mutating func double(_ value: Double) {
        guard value.isFinite else { return null() }
        separate()
        text.append(contentsOf: value.description.utf8)
    }

    /// Writes the shortest digits that read back as `value`; `null` for an infinite value or NaN.
    public mutating func float(_ value: Float) {
        guard value.isFinite else { return null() }
        separate()
        text.append(contentsOf: value.description.utf8)
    }

    /// Writes a string in quotes.
    @inlinable
    public mutating func string(_ value: String) {
        separate()
        quote(value)
    }

    /// Writes any JSON value in canonical form: keys sorted by code point, no white space, the fewest escapes.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .integer(let value): integer(value)
        case .unsigned(let value): integer(value)
        case .number(let value): double(value)
        case .exact(let value): raw(value.description.utf8)
        case .string(let value): string(value)
        case .array(let elements):
            beginArray()
            for element in elements { self.value(element) }
            endArray()
        case .object(let members):
            beginObject()
            // Swift's own order of strings is that of their normal form.
            for (key, member) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                self.key(key)
                self.value(member)
            }
            endObject()
        }
    }

    /// Writes one value that is JSON text already. The caller answers for its being valid.
    @inlinable
    public mutating func raw(_ json: some Sequence<UInt8>) {
        separate()
        text.append(contentsOf: json)
    }

    // MARK: Members

    /// Writes a member with a string.
    @inlinable
    public mutating func member(_ name: String, _ value: String) {
        key(name)
        string(value)
    }

    /// Writes a member with an object of strings, in the order of their keys.
    @inlinable
    public mutating func member(_ name: String, _ values: [String: String]) {
        key(name)
        object(values)
    }

    /// Writes an object of strings, in the order of their keys.
    public mutating func object(_ values: [String: String]) {
        object { json in
            for (name, value) in values.sorted(by: { $0.key < $1.key }) { json.member(name, value) }
        }
    }

    /// Writes a member with an integer.
    @inlinable
    public mutating func member(_ name: String, _ value: Int64) {
        key(name)
        integer(value)
    }

    /// Writes a member with an integer.
    @inlinable
    public mutating func member(_ name: String, _ value: Int) {
        member(name, Int64(value))
    }

    /// Writes a member with a number; see ``double(_:)``.
    @inlinable
    public mutating func member(_ name: String, _ value: Double) {
        key(name)
        double(value)
    }

    /// Writes a member with a truth value.
    @inlinable
    public mutating func member(_ name: String, _ value: Bool) {
        key(name)
        bool(value)
    }

    /// Writes a member with any JSON value in canonical form.
    @inlinable
    public mutating func member(_ name: String, _ value: JSONValue) {
        key(name)
        self.value(value)
    }

    // MARK: Parts

    @inlinable mutating func begin(_ bracket: UInt8) {
        separate()
        text.append(bracket)
        needsComma = false
    }

    @inlinable mutating func end(_ bracket: UInt8) {
        text.append(bracket)
        needsComma = true
    }

    /// Puts the comma before a key or value that follows another value, and notes that one stands here now.
    @inlinable mutating func separate() {
        if needsComma { text.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// Writes a string whose characters, all of which stand for themselves in JSON, are appended by `content`. The caller
    /// answers for there being no quotation mark, backslash or control character among them.
    @inlinable
    public mutating func inQuotes(_ content: (inout [UInt8]) -> Void) {
        separate()
        text.append(UInt8(ascii: "\""))
        content(&text)
        text.append(UInt8(ascii: "\""))
    }

    @usableFromInline
    mutating func quote(_ string: String) {
        text.append(UInt8(ascii: "\""))
        let start = text.endIndex
        // Nearly no text needs an escape, and copying it whole is far quicker than byte by byte.
        text.append(contentsOf: string.utf8)
        if text[start...].contains(where: Self.needsEscape) {
            text.removeSubrange(start...)
            for byte in string.utf8 { appendEscaped(byte) }
        }
        text.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        guard Self.needsEscape(byte) else { return text.append(byte) }
        text.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: text.append(UInt8(ascii: "b"))
        case 0x09: text.append(UInt8(ascii: "t"))
        case 0x0a: text.append(UInt8(ascii: "n"))
        case 0x0c: text.append(UInt8(ascii: "f"))
        case 0x0d: text.append(UInt8(ascii: "r"))
        case 0..<0x20:
            text.append(contentsOf: "u00".utf8)
            text.append(Hexadecimal.digit(of: byte >> 4))
            text.append(Hexadecimal.digit(of: byte & 15))
        default: text.append(byte)
        }
    }
}
