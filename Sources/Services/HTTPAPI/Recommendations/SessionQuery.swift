import Events
import JSON
import Recommending

/// The body of `POST /recommendations`: `{"products": [2, 1], "limit": 20, "debias": 0.25, "seen": "exclude"}`, of which
/// `products` is required. Other members are passed over.
struct SessionQuery: Sendable, Hashable {
    /// The most products that a session may have.
    static let maximumProducts = 500

    /// Distinct products, newest first.
    var products: [Int64] = []
    var query = RecommendationQuery()

    /// - Throws: ``EventRejection``, as an event can be wrong in the same two ways: all that breaks a rule at once.
    init(json bytes: [UInt8]) throws(EventRejection) {
        var issues: [ValidationIssue] = []
        func refuse(_ field: String, _ msg: String, _ type: ValidationIssue.Kind) {
            issues.append(ValidationIssue(loc: [.field("body"), .field(field)], msg: msg, type: type))
        }
        let body: JSONValue
        do throws(JSONSyntaxError) {
            body = try JSONValue(parsing: bytes)
        } catch {
            throw .malformed(error.description)
        }
        guard case .object(let members) = body else { throw .malformed("expected a JSON object") }
        let products = members["products"].flatMap(Self.products)
        if products == nil {
            let rule = "products is a list of at most \(Self.maximumProducts) product ids, newest first"
            let isMissing = members["products"] == nil
            refuse("products", isMissing ? "Field required" : rule, isMissing ? .missing : .intType)
        }
        if let value = members["limit"] {
            if let number = Self.wholeNumber(value), let limit = RecommendationQuery.limit(Int(number)) {
                query.limit = limit
            } else {
                refuse("limit", RecommendationQuery.limitRule, .intType)
            }
        }
        if let value = members["debias"] {
            if let debias = Self.number(value).flatMap(RecommendationQuery.debias) {
                query.debias = debias
            } else {
                refuse("debias", RecommendationQuery.debiasRule, .floatType)
            }
        }
        if let value = members["seen"] {
            if case .string(let text) = value, let includesSeen = RecommendationQuery.includesSeen(text) {
                query.includesSeen = includesSeen
            } else {
                refuse("seen", RecommendationQuery.seenRule, .enumeration)
            }
        }
        guard issues.isEmpty, let products else { throw .invalid(issues) }
        self.products = products
    }

    private static func number(_ value: JSONValue) -> Double? {
        switch value {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }

    /// As JSON Schema has it, 7.0 is an integer too.
    private static func wholeNumber(_ value: JSONValue) -> Int64? {
        switch value {
        case .integer(let number): number
        case .number(let number): Int64(exactly: number)
        default: nil
        }
    }

    private static func products(_ value: JSONValue) -> [Int64]? {
        guard case .array(let values) = value, values.count <= maximumProducts else { return nil }
        var products: [Int64] = []
        var known: Set<Int64> = []
        for value in values {
            guard let id = wholeNumber(value), id > 0 else { return nil }
            if known.insert(id).inserted { products.append(id) }
        }
        return products
    }
}

extension RecommendationQuery {
    static let limitRule = "limit is a number from 1 to \(maxLimit)"
    static let debiasRule = "debias is a number from \(debiasRange.lowerBound) to \(debiasRange.upperBound)"
    static let seenRule = "seen is exclude or include"

    static func limit(_ limit: Int) -> Int? { 1...maxLimit ~= limit ? limit : nil }

    static func debias(_ debias: Double) -> Double? { debiasRange ~= debias ? debias : nil }

    static func includesSeen(_ text: String) -> Bool? {
        switch text {
        case "exclude": false
        case "include": true
        default: nil
        }
    }
}
