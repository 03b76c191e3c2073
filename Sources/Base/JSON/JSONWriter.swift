public import Bytes

/// Writes one JSON text into a byte array.
///
/// The writer puts the commas and quotation marks. The caller keeps the order, which is not checked: in an object a key
/// stands before each value, and every beginning has its end.
///
/// ```swift
/// var json = JSONWriter()
/// json.object { json in
///     json.member("status", "healthy")
///     json.member("messages", 42)
/// }
/// send(json.bytes)                    // {"status":"healthy","messages":42}
/// ```
///
/// A value: copies go on independently, and no variable may be changed by two threads at once.
@frozen
public struct JSONWriter: Sendable {
    /// What has been written so far: a JSON text in UTF-8 once every beginning has its end.
    @inlinable public var bytes: [UInt8] { text }
    @usableFromInline var text: [UInt8] = []
    /// Whether the next key or value follows another value.
    @usableFromInline var needsComma = false

    /// Makes a writer without any text.
    ///
    /// - Parameter capacity: For how many bytes room is allocated at once. A longer text allocates more on the way.
    @inlinable
    public init(reserving capacity: Int = 256) {
        text.reserveCapacity(capacity)
    }

    // MARK: Structure

    /// Writes an object.
    ///
    /// - Parameter members: Writes the members. It is called once, at once.
    /// - Throws: What `members` throws. The text then ends within the object and is of no use.
    @inlinable
    public mutating func object<Failure: Error>(
        _ members: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        beginObject()
        try members(&self)
        endObject()
    }

    /// Writes an array.
    ///
    /// - Parameter elements: Writes the elements. It is called once, at once.
    /// - Throws: What `elements` throws. The text then ends within the array and is of no use.
    @inlinable
    public mutating func array<Failure: Error>(
        _ elements: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        beginArray()
        try elements(&self)
        endArray()
    }

    /// Opens an object, for callers that close it elsewhere by ``endObject()``.
    @inlinable
    public mutating func beginObject() { begin(UInt8(ascii: "{")) }

    /// Closes the innermost object. The innermost value that is open has to be one.
    @inlinable
    public mutating func endObject() { end(UInt8(ascii: "}")) }

    /// Opens an array, for callers that close it elsewhere by ``endArray()``.
    @inlinable
    public mutating func beginArray() { begin(UInt8(ascii: "[")) }

    /// Closes the innermost array. The innermost value that is open has to be one.
    @inlinable
    public mutating func endArray() { end(UInt8(ascii: "]")) }

    /// Writes the key of a member, whose value has to come next.
    ///
    /// - Parameter name: The key. Whether the object has another member of this key is not checked.
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
    ///
    /// - Parameter value: Which of both.
    @inlinable
    public mutating func bool(_ value: Bool) {
        separate()
        text.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// Writes an integer.
    ///
    /// - Parameter value: The integer. Readers that keep numbers as Double, such as JavaScript's, round above 2^53.
    @inlinable
    public mutating func integer(_ value: Int64) {
        separate()
        if value < 0 { text.append(UInt8(ascii: "-")) }
        text.append(digitsOf: UInt(value.magnitude))
    }

    /// Writes an integer.
    ///
    /// - Parameter value: The integer.
    @inlinable
    public mutating func integer(_ value: Int) {
        integer(Int64(value))
    }

    /// Writes an integer.
    ///
    /// - Parameter value: The integer, which may be above Int64's range.
    @inlinable
    public mutating func integer(_ value: UInt64) {
        separate()
        text.append(digitsOf: UInt(value))
    }

    /// Writes a number by the shortest digits that read back as the same Double, always with fraction or exponent:
    /// `1.0`, `1e+20`.
    ///
    /// - Parameter value: The number. An infinite value and NaN become `null`, as JSON has no numbers for them.
    public mutating func double(_ value: Double) {
        guard value.isFinite else { return null() }
        separate()
        text.append(contentsOf: value.description.utf8)
    }

    /// Writes a number by the shortest digits that read back as the same Float, always with fraction or exponent.
    ///
    /// - Parameter value: The number. An infinite value and NaN become `null`, as JSON has no numbers for them.
    public mutating func float(_ value: Float) {
        guard value.isFinite else { return null() }
        separate()
        text.append(contentsOf: value.description.utf8)
    }

    /// Writes a string in quotation marks.
    ///
    /// - Parameter value: The characters, which need no preparation: what JSON demands is escaped, and nothing else.
    @inlinable
    public mutating func string(_ value: String) {
        separate()
        quote(value)
    }

    /// Writes any JSON value in canonical form: keys sorted by code point, no white space, the fewest escapes.
    ///
    /// The call recurses as deep as the value.
    ///
    /// - Parameter value: The value.
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
            // Swift's own order of strings compares their normal form.
            for (key, member) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                self.key(key)
                self.value(member)
            }
            endObject()
        }
    }

    /// Writes a value that is JSON text already.
    ///
    /// - Parameter json: One whole value in UTF-8. It is not checked: the caller ensures that it is valid.
    @inlinable
    public mutating func raw(_ json: some Sequence<UInt8>) {
        separate()
        text.append(contentsOf: json)
    }

    // MARK: Members

    /// Writes a member with a string.
    ///
    /// - Parameters:
    ///   - name: The key.
    ///   - value: The string; see ``string(_:)``.
    @inlinable
    public mutating func member(_ name: String, _ value: String) {
        key(name)
        string(value)
    }

    /// Writes a member with an object whose values are strings.
    ///
    /// - Parameters:
    ///   - name: The key.
    ///   - values: The members; see ``object(_:)-([String:String])``.
    @inlinable
    public mutating func member(_ name: String, _ values: [String: String]) {
        key(name)
        object(values)
    }

    /// Writes an object whose values are strings.
    ///
    /// - Parameter values: The members, which are written in the order that Swift gives their keys.
    public mutating func object(_ values: [String: String]) {
        object { json in
            for (name, value) in values.sorted(by: { $0.key < $1.key }) { json.member(name, value) }
        }
    }

    /// Writes a member with an integer.
    ///
    /// - Parameters:
    ///   - name: The key.
    ///   - value: The integer.
    @inlinable
    public mutating func member(_ name: String, _ value: Int64) {
        key(name)
        integer(value)
    }

    /// Writes a member with an integer.
    ///
    /// - Parameters:
    ///   - name: The key.
    ///   - value: The integer.
    @inlinable
    public mutating func member(_ name: String, _ value: Int) {
        member(name, Int64(value))
    }

    /// Writes a member with a number.
    ///
    /// - Parameters:
    ///   - name: The key.
    ///   - value: The number; see ``double(_:)``.
    @inlinable
    public mutating func member(_ name: String, _ value: Double) {
        key(name)
        double(value)
    }

    /// Writes a member with `true` or `false`.
    ///
    /// - Parameters:
    ///   - name: The key.
    ///   - value: Which of both.
    @inlinable
    public mutating func member(_ name: String, _ value: Bool) {
        key(name)
        bool(value)
    }

    /// Writes a member with any JSON value.
    ///
    /// - Parameters:
    ///   - name: The key.
    ///   - value: The value; see ``value(_:)``.
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

    /// Puts the comma before a key or value that follows another value, and notes that a value stands here now.
    @inlinable mutating func separate() {
        if needsComma { text.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// Writes a string whose characters need no escape, without making a `String` for them.
    ///
    /// - Parameter content: Appends the characters in UTF-8 and changes nothing before them. They are not checked: the
    ///   caller ensures that no quotation mark, backslash or control character is among them.
    @inlinable
    public mutating func inQuotes(_ content: (inout [UInt8]) -> Void) {
        separate()
        text.append(UInt8(ascii: "\""))
        content(&text)
        text.append(UInt8(ascii: "\""))
    }

    @usableFromInline
    mutating func quote(_ string: String) {
        let bytes = string.utf8Span.span
        let start = text.endIndex
        // Hardly any text needs an escape: it is copied as if none did.
        var isPlain = true
        text.append(addingCapacity: bytes.count + 2) { output in
            output.append(UInt8(ascii: "\""))
            for index in bytes.indices {
                let byte = bytes[index]
                if Self.needsEscape(byte) { isPlain = false }
                output.append(byte)
            }
            output.append(UInt8(ascii: "\""))
        }
        if isPlain { return }
        text.removeSubrange(start...)
        text.append(UInt8(ascii: "\""))
        for byte in string.utf8 { appendEscaped(byte) }
        text.append(UInt8(ascii: "\""))
    }

    @inline(__always)
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
