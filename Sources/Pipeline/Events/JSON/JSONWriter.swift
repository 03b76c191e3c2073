/// Writes one JSON text into a byte array: the project's one way to make JSON.
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
package struct JSONWriter: Sendable {
    /// What has been written.
    package private(set) var bytes: [UInt8] = []
    /// Whether the next key or value follows another one.
    private var needsComma = false

    /// A writer with room for that many bytes.
    package init(reserving capacity: Int = 256) {
        bytes.reserveCapacity(capacity)
    }

    // MARK: Structure

    /// Writes an object whose members are written by `members`.
    package mutating func object<Failure: Error>(
        _ members: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        beginObject()
        try members(&self)
        endObject()
    }

    /// Writes an array whose elements are written by `elements`.
    package mutating func array<Failure: Error>(
        _ elements: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        beginArray()
        try elements(&self)
        endArray()
    }

    /// Opens an object, for callers that close it elsewhere.
    package mutating func beginObject() { begin(UInt8(ascii: "{")) }

    /// Closes the innermost object.
    package mutating func endObject() { end(UInt8(ascii: "}")) }

    /// Opens an array, for callers that close it elsewhere.
    package mutating func beginArray() { begin(UInt8(ascii: "[")) }

    /// Closes the innermost array.
    package mutating func endArray() { end(UInt8(ascii: "]")) }

    /// Writes a member's key; its value comes next.
    package mutating func key(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    // MARK: Values

    /// Writes `null`.
    package mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    /// Writes `true` or `false`.
    package mutating func bool(_ value: Bool) {
        separate()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// Writes an integer.
    package mutating func integer(_ value: Int64) {
        separate()
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        bytes.append(digitsOf: UInt(value.magnitude))
    }

    /// Writes an integer.
    package mutating func integer(_ value: Int) {
        integer(Int64(value))
    }

    /// Writes an integer.
    package mutating func integer(_ value: UInt64) {
        separate()
        bytes.append(digitsOf: UInt(value))
    }

    /// Writes the shortest digits that read back as `value`, always with fraction or exponent (`1.0`, `1e+20`); `null`
    /// for an infinite value or NaN, which JSON cannot say.
    package mutating func double(_ value: Double) {
        guard value.isFinite else { return null() }
        separate()
        bytes.append(contentsOf: value.description.utf8)
    }

    /// Writes the shortest digits that read back as `value`; `null` for an infinite value or NaN.
    package mutating func float(_ value: Float) {
        guard value.isFinite else { return null() }
        separate()
        bytes.append(contentsOf: value.description.utf8)
    }

    /// Writes an id in canonical form.
    package mutating func id(_ value: EventID) {
        inQuotes { value.append(to: &$0) }
    }

    /// Writes a string in quotes.
    package mutating func string(_ value: String) {
        separate()
        quote(value)
    }

    /// Writes any JSON value in canonical form: keys sorted by code point, no white space, the fewest escapes.
    package mutating func value(_ value: JSONValue) {
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
    package mutating func raw(_ json: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
    }

    // MARK: Members

    /// Writes a member with a string.
    package mutating func member(_ name: String, _ value: String) {
        key(name)
        string(value)
    }

    /// Writes a member with an object of strings, in the order of their keys.
    package mutating func member(_ name: String, _ values: [String: String]) {
        key(name)
        object(values)
    }

    /// Writes an object of strings, in the order of their keys.
    package mutating func object(_ values: [String: String]) {
        object { json in
            for (name, value) in values.sorted(by: { $0.key < $1.key }) { json.member(name, value) }
        }
    }

    /// Writes a member with an integer.
    package mutating func member(_ name: String, _ value: Int64) {
        key(name)
        integer(value)
    }

    /// Writes a member with an integer.
    package mutating func member(_ name: String, _ value: Int) {
        member(name, Int64(value))
    }

    /// Writes a member with a number; see ``double(_:)``.
    package mutating func member(_ name: String, _ value: Double) {
        key(name)
        double(value)
    }

    /// Writes a member with a truth value.
    package mutating func member(_ name: String, _ value: Bool) {
        key(name)
        bool(value)
    }

    /// Writes a member with any JSON value in canonical form.
    package mutating func member(_ name: String, _ value: JSONValue) {
        key(name)
        self.value(value)
    }

    /// Writes a member with an id in canonical form.
    package mutating func member(_ name: String, _ value: EventID) {
        key(name)
        id(value)
    }

    /// Writes a member with a moment in canonical form.
    package mutating func member(_ name: String, _ value: Timestamp) {
        key(name)
        inQuotes { value.append(to: &$0) }
    }

    // MARK: Parts

    private mutating func begin(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    /// Puts the comma before a key or value that follows another value, and notes that one stands here now.
    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// Writes a string whose characters, all of which stand for themselves, are appended by `content`.
    private mutating func inQuotes(_ content: (inout [UInt8]) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        content(&bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        let start = bytes.endIndex
        // Nearly no text needs an escape, and copying it whole is far quicker than byte by byte.
        bytes.append(contentsOf: text.utf8)
        if bytes[start...].contains(where: Self.needsEscape) {
            bytes.removeSubrange(start...)
            for byte in text.utf8 { appendEscaped(byte) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        guard Self.needsEscape(byte) else { return bytes.append(byte) }
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0a: bytes.append(UInt8(ascii: "n"))
        case 0x0c: bytes.append(UInt8(ascii: "f"))
        case 0x0d: bytes.append(UInt8(ascii: "r"))
        case 0..<0x20:
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(hexadecimalDigit(of: byte >> 4))
            bytes.append(hexadecimalDigit(of: byte & 15))
        default: bytes.append(byte)
        }
    }
}
