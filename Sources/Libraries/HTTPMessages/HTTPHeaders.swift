import Bytes

/// Header fields in the order they came, names compared without regard to ASCII case.
///
/// ```swift
/// var headers: HTTPHeaders = ["Content-Type": "application/json"]
/// headers.append("Accept", "application/json")
/// headers["content-type"]  // "application/json"
/// ```
///
/// All names and values lie in one buffer with one table of positions beside it, so that the fields of a request cost
/// two allocations however many there are, and a string is only made for what is looked up.
///
/// Fields are kept as they are given: whether a name is a token, and a value free of line breaks, is checked by the
/// client or server that sends them. Names and values together may take up to 4 GiB; adding more traps, so whoever reads
/// fields from a peer sets a bound of their own.
///
/// A value type: safe to hand to any task.
public struct HTTPHeaders: Sendable {
    @usableFromInline
    struct Field: Sendable {
        @usableFromInline var nameStart: UInt32
        @usableFromInline var nameEnd: UInt32
        @usableFromInline var valueStart: UInt32
        @usableFromInline var valueEnd: UInt32

        @inlinable
        init(name: Range<Int>, value: Range<Int>) {
            nameStart = UInt32(name.lowerBound)
            nameEnd = UInt32(name.upperBound)
            valueStart = UInt32(value.lowerBound)
            valueEnd = UInt32(value.upperBound)
        }

        @inlinable var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }
        @inlinable var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
    }

    @usableFromInline var bytes: [UInt8] = []
    @usableFromInline var fields: [Field] = []

    /// No fields.
    public init() {}

    /// The fields of `list`, in its order.
    public init(_ list: [(name: String, value: String)]) {
        for field in list {
            append(field.name, field.value)
        }
    }

    /// The number of fields; a name that occurs twice counts twice.
    public var count: Int { fields.count }

    /// Whether there are none.
    public var isEmpty: Bool { fields.isEmpty }

    /// The first value of `name`, nil if there is none; bytes that are not UTF-8 are replaced by U+FFFD. Assigning
    /// replaces every field of that name by a single field at the end; assigning nil removes them.
    public subscript(name: String) -> String? {
        get {
            fields.first { matches($0, name) }.map { text($0.value) }
        }
        set {
            remove(name)
            if let newValue {
                append(name, newValue)
            }
        }
    }

    /// Whether there is a field of this name.
    public func contains(_ name: String) -> Bool {
        fields.contains { matches($0, name) }
    }

    /// Whether the first value of `name` is `value`, byte for byte. Makes no string.
    public func contains(_ name: String, _ value: String) -> Bool {
        fields.first { matches($0, name) }.map { bytes.span.extracting($0.value).equals(value.utf8Span.span) } ?? false
    }

    /// Every value of `name`, in order; bytes that are not UTF-8 are replaced by U+FFFD.
    public func values(of name: String) -> [String] {
        fields.lazy.filter { matches($0, name) }.map { text($0.value) }
    }

    /// Adds a field at the end, also where there is a field of that name already.
    public mutating func append(_ name: String, _ value: String) {
        append(name: name.utf8, value: value.utf8)
    }

    /// Removes every field of this name.
    public mutating func remove(_ name: String) {
        guard contains(name) else { return }
        let kept = fields.filter { !matches($0, name) }
        let old = self
        self = HTTPHeaders()
        for field in kept {
            append(name: old.bytes[field.name], value: old.bytes[field.value])
        }
    }

    private func matches(_ field: Field, _ name: String) -> Bool {
        // Most names differ in length.
        guard field.name.count == name.utf8.count else { return false }
        return bytes.span.extracting(field.name).equalsIgnoringCase(name.utf8Span.span)
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }
}

// MARK: - As bytes

// Inlinable, since the servers and clients that read and write heads do so for every message.
extension HTTPHeaders {
    /// Adds a field at the end from bytes, as they came from the wire.
    @inlinable
    public mutating func append(name: some Collection<UInt8>, value: some Collection<UInt8>) {
        let start = bytes.count
        bytes.append(contentsOf: name)
        let nameEnd = bytes.count
        bytes.append(contentsOf: value)
        fields.append(Field(name: start..<nameEnd, value: nameEnd..<bytes.count))
    }

    /// Takes over the bytes of a head that was received. Its fields, which are parts of them, are to be added by
    /// ``appendField(name:value:)`` before any other.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - fieldCount: How many fields are expected.
    @inlinable
    public init(of bytes: [UInt8], fieldCount: Int) {
        self.bytes = bytes
        fields.reserveCapacity(fieldCount)
    }

    /// Adds a field at the end that is a part of the bytes which the headers were made of. Traps if it is not.
    ///
    /// - Parameters:
    ///   - name: Where the name stands in those bytes.
    ///   - value: Where the value stands.
    @inlinable
    public mutating func appendField(name: Range<Int>, value: Range<Int>) {
        precondition(name.upperBound <= bytes.count && value.upperBound <= bytes.count, "a field beyond the bytes")
        fields.append(Field(name: name, value: value))
    }

    /// Adds bytes to the value of the last field, for a value that comes in parts. Does nothing without fields.
    @inlinable
    public mutating func appendToLastValue(_ more: some Collection<UInt8>) {
        guard let last = fields.indices.last else { return }
        // The value moves behind all others, where it can grow.
        let value = fields[last].value
        let start = bytes.count
        if value.upperBound == start {
            bytes.append(contentsOf: more)
            fields[last].valueEnd = UInt32(bytes.count)
        } else {
            bytes.append(contentsOf: bytes[value])
            bytes.append(contentsOf: more)
            fields[last] = Field(name: fields[last].name, value: start..<bytes.count)
        }
    }

    /// Makes room for names and values of `byteCount` bytes together, in `fieldCount` fields, so that adding them does
    /// not allocate again.
    @inlinable
    public mutating func reserve(bytes byteCount: Int, fields fieldCount: Int) {
        bytes.reserveCapacity(byteCount)
        fields.reserveCapacity(fieldCount)
    }

    /// Removes all fields, and keeps the memory for those that come next.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
    }

    /// Calls `body` with the bytes of each field, in order, for writing them out without making strings.
    @inlinable
    public func forEachField<Failure: Error>(
        _ body: (_ name: Span<UInt8>, _ value: Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        let span = bytes.span
        for field in fields {
            try body(span.extracting(field.name), span.extracting(field.value))
        }
    }
}

// MARK: - Conformances

extension HTTPHeaders: Sequence {
    /// Walks over the fields in order; bytes that are not UTF-8 are replaced by U+FFFD.
    public func makeIterator() -> AnyIterator<(name: String, value: String)> {
        var rest = fields.makeIterator()
        return AnyIterator {
            rest.next().map { (name: text($0.name), value: text($0.value)) }
        }
    }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
    /// The fields of a literal, in its order; a name may occur more than once.
    public init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements {
            append(name, value)
        }
    }
}

extension HTTPHeaders: Hashable {
    /// Whether both have the same fields in the same order, names compared without regard to ASCII case, values byte
    /// for byte.
    public static func == (left: HTTPHeaders, right: HTTPHeaders) -> Bool {
        left.fields.elementsEqual(right.fields) { one, other in
            left.bytes[one.name].elementsEqual(right.bytes[other.name]) { $0.lowercasedASCII == $1.lowercasedASCII }
                && left.bytes[one.value] == right.bytes[other.value]
        }
    }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(fields.count)
        for field in fields {
            hasher.combine(field.name.count)
            for byte in bytes[field.name] { hasher.combine(byte.lowercasedASCII) }
            hasher.combine(bytes[field.value])
        }
    }
}

extension HTTPHeaders: CustomStringConvertible {
    /// A line per field. Values may hold secrets: not for logs.
    public var description: String {
        map { "\($0.name): \($0.value)" }.joined(separator: "\n")
    }
}
