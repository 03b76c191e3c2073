import Events
import JSON
import Stores

/// Where a record of a catalogue's file has the product and the vector.
enum CatalogueFormat: Equatable {
    /// One JSON object per line.
    case json
    /// The indices of the columns; without one of the vector, all columns but the product's are its components.
    case columns(product: Int, vector: Int?, count: Int)

    private static let vectorNames = ["vector", "embedding"]

    /// The format of a file whose first record this is, and whether that is a header; nil for no known format.
    init?(firstRecord record: RecordScanner, isHeader: inout Bool) {
        let count = record.fields.count
        if record.record.trimmed.first == UInt8(ascii: "{") {
            self = .json
        } else if count > 1, FieldParser.positiveInteger(record.field(0)) != nil {
            let hasList = count == 2 && record.field(1).first == UInt8(ascii: "[")
            self = .columns(product: 0, vector: hasList ? 1 : nil, count: count)
        } else {
            let names = record.fields.indices.map { String(decoding: record.field($0), as: UTF8.self).lowercased() }
            let products = Columns.synonyms(of: .product) + ["id"]
            guard count > 1, let product = products.lazy.compactMap({ names.firstIndex(of: $0) }).first else {
                return nil
            }
            let vector = Self.vectorNames.lazy.compactMap { names.firstIndex(of: $0) }.first
            self = .columns(product: product, vector: vector, count: count)
            isHeader = true
        }
    }

    /// The product and the vector of a record.
    func vector(in record: RecordScanner) throws(Rejection) -> (product: Int64, vector: [Float]) {
        switch self {
        case .json: return try Self.json(record)
        case .columns(let product, let vector, let count):
            guard record.fields.count == count else {
                throw Rejection(.wrongFieldCount, "\(record.fields.count) fields instead of \(count)")
            }
            guard let id = FieldParser.positiveInteger(record.field(product)) else {
                throw .field("product_id", "the product's id is no whole number from 1 to 2^63-1")
            }
            let components =
                if let vector { try Self.list(record.field(vector)) } else {
                    try Self.numbers(record, without: product)
                }
            if let fault = CatalogueVectors.fault(of: components) { throw .field("vector", fault) }
            return (id, components)
        }
    }

    private static func json(_ line: RecordScanner) throws(Rejection) -> (product: Int64, vector: [Float]) {
        let record: CatalogueRecord
        do throws(EventRejection) {
            record = try CatalogueRecord(json: Array(line.record.trimmed))
        } catch {
            switch error {
            case .malformed(let reason): throw Rejection(line.isUnterminated ? .cutLine : .invalidJSON, reason)
            case .invalid(let issues): throw .field("vector", issues.map(\.msg).joined(separator: "; "))
            }
        }
        guard let product = record.productID else { throw .field("product_id", "product_id is missing") }
        return (product, record.vector)
    }

    private static func list(_ text: ArraySlice<UInt8>) throws(Rejection) -> [Float] {
        do throws(JSONSyntaxError) {
            var reader = JSONReader(Array(text))
            let vector = try reader.floats()
            try reader.finish()
            return vector
        } catch {
            throw .field("vector", "the vector is no list such as [0.1, -0.2]: \(error)")
        }
    }

    private static func numbers(_ record: RecordScanner, without product: Int) throws(Rejection) -> [Float] {
        var vector: [Float] = []
        vector.reserveCapacity(record.fields.count)
        for index in record.fields.indices where index != product {
            guard let number = Float(String(decoding: record.field(index), as: UTF8.self)) else {
                throw .field("vector", "field \(index + 1) is no number")
            }
            vector.append(number)
        }
        return vector
    }
}
