import Events
import HTTPMessages
import HTTPServer
import JSON
import Stores

extension HTTPAPI {
    /// `PUT /products/{id}` with `{"vector": [...]}`: the product's vector from now on, in place of its stand-in or of what
    /// was put before.
    func putProduct(_ request: HTTPRequest, _ path: PathParameters) async throws(Problem) -> HTTPResponse {
        guard let productID = Int64(path["id"]), productID > 0 else {
            throw .invalid([.path("product_id", "a product id")])
        }
        let record = try catalogueRecord(request)
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

    private func catalogueRecord(_ request: HTTPRequest) throws(Problem) -> CatalogueRecord {
        _ = try request.bodyFormat(linesAllowed: false, origins: origins)
        var lease = MemoryLease(memory)
        defer { lease.end() }
        let body = try request.decodedBody(limit: limits.bodyBytes, &lease)
        do throws(EventRejection) {
            return try CatalogueRecord(json: body)
        } catch {
            throw Problem(error)
        }
    }
}

extension ValidationIssue {
    fileprivate static func body(_ name: String, _ msg: String) -> ValidationIssue {
        ValidationIssue(loc: [.field("body"), .field(name)], msg: msg, type: .valueError)
    }
}
