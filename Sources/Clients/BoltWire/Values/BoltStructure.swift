/// A structure of PackStream: a tag and fields. Messages are structures, and so are many values; one that this library
/// does not know keeps this form. A value; safe to use from any thread.
public struct BoltStructure: Sendable, Hashable {
    /// What the structure is.
    public var tag: UInt8
    /// Its fields, at most 15.
    public var fields: [BoltValue]

    /// Makes a structure.
    ///
    /// - Parameters:
    ///   - tag: What the structure is.
    ///   - fields: Its fields, at most 15, which is checked when it is encoded.
    public init(_ tag: UInt8, _ fields: [BoltValue] = []) {
        self.tag = tag
        self.fields = fields
    }
}

/// What stands in a result for a value that the negotiated version cannot carry (6.0). A value; safe to use from any
/// thread.
public struct BoltUnsupportedType: Sendable, Hashable {
    /// The type, in the server's words.
    public var name: String
    /// The first version of Bolt that can carry such a value.
    public var firstVersion: BoltVersion
    /// What else the server tells, such as `message`.
    public var details: BoltMap

    /// Makes the stand-in of a value.
    ///
    /// - Parameters:
    ///   - name: The type, in the server's words.
    ///   - firstVersion: The first version of Bolt that can carry such a value.
    ///   - details: What else the server tells.
    public init(name: String, firstVersion: BoltVersion, details: BoltMap = [:]) {
        self.name = name
        self.firstVersion = firstVersion
        self.details = details
    }
}
