public import Bytes

/// Writes values of PackStream one after the other, without a ``BoltValue`` for each: the parameters of a query go from
/// the application's own types to the bytes in one step.
///
/// A list, a map or a structure is announced with its size, and its parts follow; the writer counts them, so that one too
/// many or too few is an error of the message and never a broken connection. What cannot be written is remembered as well
/// and thrown by the message that it belongs to, of which nothing is sent then: see ``MessageEncoder``.
///
/// ```swift
/// try encoder.run("UNWIND $rows AS e MERGE (:User {user_id: e[0]})") { parameters in
///     parameters.map(count: 1)
///     parameters.string("rows")
///     parameters.list(users) { user, row in
///         row.list(count: 1)
///         row.integer(user.id)
///     }
/// }
/// ```
///
/// A value: each copy writes on its own, and no variable may be changed by two threads at once.
public struct PackStreamWriter: Sendable {
    /// What was written.
    public internal(set) var bytes: [UInt8] {
        @inlinable get { written }
        set { written = newValue }
    }
    @usableFromInline var written: [UInt8] = []
    /// Which values exist, and in which form.
    public var dialect: PackStreamDialect
    /// How many values were announced and not written yet; below zero where too many were written.
    @usableFromInline var missing = 0
    /// Why something could not be written; the first reason stays.
    public internal(set) var failure: BoltWireError?
    /// Whether values are written that a server takes from no client: nodes, relationships, paths, stand-ins.
    var writesResults = false

    /// Makes a writer that has written nothing.
    ///
    /// - Parameter dialect: Which values exist, and in which form.
    public init(dialect: PackStreamDialect = PackStreamDialect(BoltVersion(5, 8))) {
        self.dialect = dialect
    }

    /// Writes that there is no value.
    @inlinable
    public mutating func null() {
        missing -= 1
        written.append(Marker.null)
    }

    /// Writes a truth value.
    ///
    /// - Parameter value: The value.
    @inlinable
    public mutating func boolean(_ value: Bool) {
        missing -= 1
        written.append(value ? Marker.yes : Marker.no)
    }

    /// Writes a whole number in its shortest form.
    ///
    /// - Parameter value: The value.
    @inlinable
    public mutating func integer(_ value: Int) {
        missing -= 1
        switch value {
        case -16...127:
            written.append(UInt8(truncatingIfNeeded: value))
        case -128 ..< -16:
            written.append(Marker.int8)
            written.append(UInt8(truncatingIfNeeded: value))
        case -32_768...32_767:
            written.append(Marker.int16)
            written.append(bigEndian: Int16(truncatingIfNeeded: value))
        case -2_147_483_648...2_147_483_647:
            written.append(Marker.int32)
            written.append(bigEndian: Int32(truncatingIfNeeded: value))
        default:
            written.append(Marker.int64)
            written.append(bigEndian: Int64(truncatingIfNeeded: value))
        }
    }

    /// Writes a whole number that may be larger than PackStream can carry, which is then an error of the message.
    ///
    /// - Parameter value: The value, at most 2^63 - 1.
    @inlinable
    public mutating func integer(exactly value: UInt64) {
        guard let signed = Int(exactly: value) else { return fail("\(value) is above the largest integer of Bolt") }
        integer(signed)
    }

    /// Writes a floating-point number. It stays one even if it is whole.
    ///
    /// - Parameter value: The value; infinity and NaN are allowed.
    @inlinable
    public mutating func float(_ value: Double) {
        missing -= 1
        written.append(Marker.float64)
        written.append(bigEndian: value.bitPattern)
    }

    /// Writes a text, or a key of a map.
    ///
    /// - Parameter value: The text.
    @inlinable
    public mutating func string(_ value: String) {
        let text = value.utf8
        missing -= 1
        header(text.count, tiny: Marker.tinyString, Marker.string8)
        written.append(contentsOf: text)
    }

    /// Writes a text whose bytes the caller makes in place, such as the digits of an identity.
    ///
    /// - Parameters:
    ///   - count: How many bytes of UTF-8 the text has.
    ///   - initialize: Appends exactly `count` bytes; fewer are an error of the message, more trap. That they are UTF-8
    ///     is the caller's promise.
    @inlinable
    public mutating func string(count: Int, initializingWith initialize: (inout OutputSpan<UInt8>) -> Void) {
        missing -= 1
        header(count, tiny: Marker.tinyString, Marker.string8)
        let end = written.count + count
        written.append(addingCapacity: count) { initialize(&$0) }
        if written.count != end { fail("a text of \(count) bytes of which \(end - written.count) were not written") }
    }

    /// Writes bytes.
    ///
    /// - Parameter value: The bytes.
    public mutating func bytes(_ value: [UInt8]) {
        missing -= 1
        // Bytes have no short form.
        header(value.count, tiny: nil, Marker.bytes8)
        written.append(contentsOf: value)
    }

    /// Begins a list; its values are written next.
    ///
    /// - Parameter count: How many values follow.
    @inlinable
    public mutating func list(count: Int) {
        missing += count - 1
        header(count, tiny: Marker.tinyList, Marker.list8)
    }

    /// Writes a list with a value for each element of a collection.
    ///
    /// - Parameters:
    ///   - elements: The elements.
    ///   - write: Writes exactly one value for an element, such as the list of a row's columns.
    @inlinable
    public mutating func list<Elements: Collection>(
        _ elements: Elements, _ write: (Elements.Element, inout PackStreamWriter) -> Void
    ) {
        list(count: elements.count)
        for element in elements { write(element, &self) }
    }

    /// Begins a map; for each entry a key (``string(_:)``) and a value are written next.
    ///
    /// - Parameter count: How many entries follow.
    @inlinable
    public mutating func map(count: Int) {
        missing += 2 * count - 1
        header(count, tiny: Marker.tinyMap, Marker.map8)
    }

    /// Begins a structure; its fields are written next.
    ///
    /// - Parameters:
    ///   - tag: What the structure is.
    ///   - count: How many fields follow, at most 15.
    public mutating func structure(_ tag: UInt8, count: Int) {
        guard 0...15 ~= count else { return fail("a structure has at most 15 fields, not \(count)") }
        missing += count - 1
        written.append(Marker.structure | UInt8(truncatingIfNeeded: count))
        written.append(tag)
    }

    /// Writes a size in its shortest form; there is none of four bits where `tiny` is nil.
    @inlinable
    mutating func header(_ count: Int, tiny: UInt8?, _ marker: UInt8) {
        if let tiny, 0...15 ~= count {
            written.append(tiny | UInt8(truncatingIfNeeded: count))
        } else if let count = UInt8(exactly: count) {
            written.append(marker)
            written.append(count)
        } else if let count = UInt16(exactly: count) {
            written.append(marker | 1)
            written.append(bigEndian: count)
        } else if let count = UInt32(exactly: count) {
            written.append(marker | 2)
            written.append(bigEndian: count)
        } else {
            fail("a size of \(count) has no form in PackStream")
        }
    }

    /// Remembers that the message cannot be sent.
    @usableFromInline
    mutating func fail(_ message: String) {
        if failure == nil { failure = BoltWireError(.notEncodable, message) }
    }
}
