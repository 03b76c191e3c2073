package import Events
import JSON

/// A product's vector as JSON: `{"product_id": 1, "vector": [0.1, -0.2]}`. Other members are passed over.
package struct CatalogueRecord: Sendable, Hashable {
    /// Nil where the text does not name it.
    package var productID: Int64?
    /// One that a catalogue can have, by itself (``CatalogueVectors/fault(of:)``).
    package var vector: [Float]

    /// - Throws: ``EventRejection``, as an event can be wrong in the same two ways: all that breaks a rule at once.
    package init(json bytes: [UInt8]) throws(EventRejection) {
        var issues: [ValidationIssue] = []
        func refuse(_ loc: [ValidationIssue.Location], _ msg: String, _ type: ValidationIssue.Kind) {
            issues.append(ValidationIssue(loc: [.field("body")] + loc, msg: msg, type: type))
        }
        var vector: [Float]?
        do throws(JSONSyntaxError) {
            var reader = JSONReader(bytes)
            reader.skipByteOrderMark()
            guard reader.peek() == UInt8(ascii: "{") else { throw reader.failure("expected a JSON object") }
            try reader.openObject()
            var isFirst = true
            while let key = try reader.nextKey(isFirst: isFirst) {
                isFirst = false
                var values = reader
                let token = try reader.value()
                switch reader.string(key) {
                case "product_id":
                    productID = Self.productID(token, reader)
                    if productID == nil {
                        refuse([.field("product_id")], "product_id is a whole number from 1 to 2^63-1", .intType)
                    }
                case "vector":
                    // The grammar has been checked: what throws now is a value that is no number.
                    vector = try? values.floats()
                    if vector == nil { refuse([.field("vector")], "vector is a list of numbers", .floatType) }
                default: break
                }
            }
            try reader.finish()
        } catch {
            throw .malformed(error.description)
        }
        if let vector, let fault = CatalogueVectors.fault(of: vector) {
            let place = vector.firstIndex { !$0.isFinite }
            refuse(
                [.field("vector")] + (place.map { [.index($0)] } ?? []), fault,
                place == nil ? .valueError : .finiteNumber)
        } else if vector == nil, issues.allSatisfy({ $0.loc.last != .field("vector") }) {
            refuse([.field("vector")], "Field required", .missing)
        }
        guard issues.isEmpty, let vector else { throw .invalid(issues) }
        self.vector = vector
    }

    private static func productID(_ token: JSONToken, _ reader: JSONReader) -> Int64? {
        guard case .number = token.kind, case .value(let id) = reader.integer(token), id > 0 else { return nil }
        return id
    }
}
