import Events
import Recommending

/// Schemas of values that several routes take or give, by name: JSON Schema 2020-12, as OpenAPI 3.1 has it.
enum Schemas {
    static let id = #"{"type":"integer","minimum":1,"maximum":9223372036854775807}"#
    static let count = #"{"type":"integer","minimum":0}"#
    static let text = #"{"type":"string"}"#
    static let time = #"{"type":"string","format":"date-time"}"#
    static let boolean = #"{"type":"boolean","default":false}"#
    private static let blanks = #""","\\N","NULL","Null","null","nan","NaN","NAN","None","NaT","<NA>""#

    static func reference(_ name: String) -> String { ##"{"$ref":"#/components/schemas/\##(name)"}"## }

    static func integer(_ range: ClosedRange<Int>, default value: Int? = nil) -> String {
        #"{"type":"integer","minimum":\#(range.lowerBound),"maximum":\#(range.upperBound)"#
            + (value.map { #","default":\#($0)"# } ?? "") + "}"
    }

    static func number(_ range: ClosedRange<Double>, default value: Double) -> String {
        #"{"type":"number","minimum":\#(range.lowerBound),"maximum":\#(range.upperBound),"default":\#(value)}"#
    }

    static func choice(_ values: [String]) -> String {
        #"{"type":"string","enum":[\#(values.map { "\"\($0)\"" }.joined(separator: ","))]}"#
    }

    /// An object of these members, of which all but the optional ones are always there.
    static func object(_ members: [(String, String)], optional: Set<String> = []) -> String {
        let properties = members.map { "\"\($0)\":\($1)" }.joined(separator: ",")
        let required = members.map(\.0).filter { !optional.contains($0) }.map { "\"\($0)\"" }.joined(separator: ",")
        return #"{"type":"object","properties":{\#(properties)},"required":[\#(required)]}"#
    }

    static func list(_ element: String) -> String { #"{"type":"array","items":\#(element)}"# }

    static let eventType = choice(EventType.allCases.map(\.rawValue))
    private static let fieldText =
        #"{"type":["string","null"],"maxLength":256,"pattern":"^[^\\u0000-\\u001f]*$"}"#

    static let event = #"""
        {"type":"object","description":"What a user did with a product. Other members are passed over.","properties":{
        "user_id":\#(id),"product_id":\#(id),"event_type":\#(eventType),
        "user_session":{"type":"string","minLength":1,"maxLength":256,"pattern":"^[^\\u0000-\\u001f]+$",
        "not":{"enum":[\#(blanks)]}},
        "event_time":{"description":"When it happened; by default now, and at most 24 hours ahead. Other forms of a time are read, too: YYYY-MM-DD HH:MM:SS, and a number of seconds since 1970.",
        "anyOf":[\#(time),\#(reference("Blank"))]},
        "event_id":{"type":["string","null"],"minLength":1,"maxLength":128,"pattern":"^[^\\u0000-\\u001f]+$",
        "description":"The key of idempotency: a UUID, or any other text, which is hashed into one; by default a new UUID.",
        "not":{"const":"00000000-0000-0000-0000-000000000000"}},
        "price":{"description":"A number, or its decimal text.",
        "anyOf":[{"type":"number","minimum":0},{"type":"string","pattern":"^(0|[1-9][0-9]{0,14})[.][0-9]{1,6}$"},\#(reference("Blank"))]},
        "quantity":{"anyOf":[\#(id),\#(reference("Blank"))]},"brand":\#(fieldText),"category_code":\#(fieldText),
        "properties":{"description":"Carried through; at most 16 KiB.",
        "anyOf":[{"type":"object"},\#(reference("Blank"))]}},
        "required":["user_id","product_id","event_type","user_session"]}
        """#

    static let storedEvent = object(
        [
            ("event_id", #"{"type":"string","format":"uuid"}"#), ("user_id", id), ("product_id", id),
            ("event_type", eventType), ("user_session", text), ("event_time", time), ("price", #"{"type":"number"}"#),
            ("quantity", id), ("brand", text), ("category_code", text), ("properties", #"{"type":"object"}"#),
        ], optional: ["price", "quantity", "brand", "category_code", "properties"])

    static let issue = object([
        ("loc", #"{"type":"array","items":{"type":["string","integer"]}}"#), ("msg", text), ("type", text),
    ])

    static let problem = object(
        [
            ("type", #"{"type":"string","pattern":"^urn:debias-events:problem:"}"#), ("title", text),
            ("status", integer(400...599)), ("detail", text),
            ("errors", list(reference("ValidationIssue"))),
            ("event_ids", list(#"{"type":"string","format":"uuid"}"#)),
        ], optional: ["errors", "event_ids"])

    private static let recommendation = object([
        ("product_id", id), ("score", #"{"type":"number"}"#),
        ("because", list(object([("product_id", id), ("share", #"{"type":"number"}"#)]))),
        ("category_share", #"{"type":"number"}"#), ("source", text),
    ])

    static let letter = object(
        [
            ("id", text), ("event_id", text), ("queue", text), ("class", text), ("error", text), ("attempts", count),
            ("first_failed_at", time), ("last_failed_at", time), ("worker", text), ("group", text),
            ("by_broker", #"{"type":"boolean"}"#),
        ], optional: ["event_id", "queue", "class", "first_failed_at", "last_failed_at"])

    /// All schemas that others refer to.
    static let named: [(name: String, schema: String)] = [
        ("Blank", #"{"description":"Stands for no value, as if the member were not there.","enum":[null,\#(blanks)]}"#),
        ("Event", event),
        ("StoredEvent", storedEvent),
        ("ValidationIssue", issue),
        ("Problem", problem),
        ("Recommendation", recommendation),
        ("DeadLetter", letter),
    ]
}
