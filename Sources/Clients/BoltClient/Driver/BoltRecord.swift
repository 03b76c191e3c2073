public import BoltWire

/// The names of a result's fields, shared by its records. A value; safe to use from any thread.
public final class BoltFields: Sendable {
    /// The names, in the order of the values.
    public let names: [String]
    private let places: [String: Int]

    init(_ names: [String]) {
        self.names = names
        places = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The place of a field; nil when the result has none of this name.
    ///
    /// - Parameter name: The name.
    public func place(of name: String) -> Int? { places[name] }
}

/// One record of a result. A value; safe to use from any thread.
public struct BoltRecord: Sendable {
    /// The names of the fields.
    public let fields: BoltFields
    /// The values, as many as there are fields.
    public let values: [BoltValue]

    /// The value of a field; nil when the result has none of this name.
    ///
    /// - Parameter name: The field's name.
    public subscript(name: String) -> BoltValue? {
        fields.place(of: name).flatMap { values.indices.contains($0) ? values[$0] : nil }
    }
}

/// All records of a result. A value; safe to use from any thread.
public struct BoltRecords: Sendable {
    /// The names of the fields.
    public let fields: BoltFields
    /// The records' values, each as many as there are fields.
    public let rows: [[BoltValue]]
    /// What the server told at the end.
    public let summary: ResultSummary

    /// The records.
    public var records: some RandomAccessCollection<BoltRecord> {
        rows.lazy.map { BoltRecord(fields: fields, values: $0) }
    }
}
