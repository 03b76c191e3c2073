/// Header fields in the order they came, names compared without regard to ASCII case.
///
/// All names and values lie in one buffer with one table of positions beside it, so that the fields of a request cost
/// two allocations however many there are, and a string is only made for what is looked up.
public struct HTTPHeaders: Sendable {
    private struct Field {
        var start: UInt32
        var nameLength: UInt32
        var valueLength: UInt32

        var name: Range<Int> { Int(start)..<Int(start + nameLength) }
        var value: Range<Int> { Int(start + nameLength)..<Int(start + nameLength + valueLength) }
    }

    private var bytes: [UInt8] = []
    private var fields: [Field] = []

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

    /// The first value of `name`. Assigning replaces every field of that name by one at the end, or removes them.
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

    /// Whether a field of this name is there.
    public func contains(_ name: String) -> Bool {
        fields.contains { matches($0, name) }
    }

    /// Whether the first value of `name` is `value`, to the letter; makes no string.
    public func contains(_ name: String, _ value: String) -> Bool {
        fields.first { matches($0, name) }.map { value.utf8.elementsEqual(bytes[$0.value]) } ?? false
    }

    /// Every value of `name`, in order.
    public func values(of name: String) -> [String] {
        fields.lazy.filter { matches($0, name) }.map { text($0.value) }
    }

    /// Adds a field at the end, also where the name is there already.
    public mutating func append(_ name: String, _ value: String) {
        let start = bytes.count
        bytes.append(contentsOf: name.utf8)
        let nameEnd = bytes.count
        bytes.append(contentsOf: value.utf8)
        addField(start: start, nameEnd: nameEnd)
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

    /// Adds a field from bytes, as they came from the wire.
    mutating func append(name: some Collection<UInt8>, value: some Collection<UInt8>) {
        let start = bytes.count
        bytes.append(contentsOf: name)
        let nameEnd = bytes.count
        bytes.append(contentsOf: value)
        addField(start: start, nameEnd: nameEnd)
    }

    /// Makes room, so that a request's fields are laid down without growing.
    mutating func reserve(bytes byteCount: Int, fields fieldCount: Int) {
        bytes.reserveCapacity(byteCount)
        fields.reserveCapacity(fieldCount)
    }

    /// The fields as bytes, for writing them out without making strings.
    func forEachField(_ body: (_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> Void) {
        for field in fields {
            body(bytes[field.name], bytes[field.value])
        }
    }

    private mutating func addField(start: Int, nameEnd: Int) {
        fields.append(
            Field(
                start: UInt32(start), nameLength: UInt32(nameEnd - start), valueLength: UInt32(bytes.count - nameEnd)))
    }

    private func matches(_ field: Field, _ name: String) -> Bool {
        let name = name.utf8
        guard name.count == Int(field.nameLength) else { return false }
        return name.elementsEqual(bytes[field.name]) { lowercased($0) == lowercased($1) }
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }
}

/// An ASCII letter in lower case, anything else as it is.
@inline(__always)
func lowercased(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
}

extension HTTPHeaders: Sequence {
    /// Walks over the fields in order.
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

extension HTTPHeaders: Equatable {
    /// Whether both have the same fields in the same order, names compared without regard to case.
    public static func == (left: HTTPHeaders, right: HTTPHeaders) -> Bool {
        left.count == right.count
            && zip(left, right).allSatisfy { $0.name.lowercased() == $1.name.lowercased() && $0.value == $1.value }
    }
}

extension HTTPHeaders: CustomStringConvertible {
    /// One line a field. Values may hold secrets: not for logs.
    public var description: String {
        map { "\($0.name): \($0.value)" }.joined(separator: "\n")
    }
}
