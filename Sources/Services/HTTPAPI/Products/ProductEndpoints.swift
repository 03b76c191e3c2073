import Events
import HTTPMessages
import HTTPServer
import JSON
import Stores

extension HTTPAPI {
    /// `PUT /products/{id}` with `{"vector": [...]}`: the product's vector from now on, in place of its stand-in or of what
    /// was put before.
    func putProduct(_ request: HTTPRequest, _ path: PathParameters) async throws(Problem) -> HTTPResponse {
        let productID = try product(path["id"])
        let record = try decodedBody(request, as: CatalogueRecord.init(json:))
        guard record.productID ?? productID == productID else {
            throw .invalid([.body("product_id", "product_id is another one than in the path")])
        }
        do throws(StoreError) {
            try await profiles.putCatalogue([productID: record.vector])
        } catch {
            throw error.code == .rejected
                ? .invalid([.body("vector", "\(error)")]) : .unavailable("The vector cannot be stored: \(error)")
        }
        var json = JSONWriter()
        json.object { json in
            json.member("status", "Product stored")
            json.member("product_id", productID)
        }
        return .json(json.bytes)
    }

    func product(_ text: Substring) throws(Problem) -> Int64 {
        guard let id = Int64(text), id > 0 else { throw .invalid([.path("product_id", "a product id")]) }
        return id
    }
}

extension ValidationIssue {
    fileprivate static func body(_ name: String, _ msg: String) -> ValidationIssue {
        ValidationIssue(loc: [.field("body"), .field(name)], msg: msg, type: .valueError)
    }
}
