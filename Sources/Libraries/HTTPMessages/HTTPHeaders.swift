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
        @usableFromInline var start: UInt32
        @usableFromInline var nameLength: UInt32
        @usableFromInline var valueLength: UInt32

        @inlinable
        init(start: UInt32, nameLength: UInt32, valueLength: UInt32) {
            self.start = start
            self.nameLength = nameLength
            self.valueLength = valueLength
        }

        @inlinable var name: Range<Int> { Int(start)..<Int(start + nameLength) }
        @inlinable var value: Range<Int> { Int(start + nameLength)..<Int(start + nameLength + valueLength) }
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
        fields.first { matches($0, name) }.map { value.utf8.elementsEqual(bytes[$0.value]) } ?? false
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
        let name = name.utf8
        guard name.count == Int(field.nameLength) else { return false }
        return name.elementsEqual(bytes[field.name]) { $0.lowercasedASCII == $1.lowercasedASCII }
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
        fields.append(
            Field(
                start: UInt32(start), nameLength: UInt32(nameEnd - start), valueLength: UInt32(bytes.count - nameEnd)))
    }

    /// Adds bytes to the value of the last field, for a value that comes in parts. Does nothing without fields.
    @inlinable
    public mutating func appendToLastValue(_ more: some Collection<UInt8>) {
        guard let last = fields.indices.last else { return }
        let start = bytes.count
        bytes.append(contentsOf: more)
        fields[last].valueLength += UInt32(bytes.count - start)
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
    public func forEachField(_ body: (_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> Void) {
        for field in fields {
            body(bytes[field.name], bytes[field.value])
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
            hasher.combine(field.nameLength)
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
