//! Reads JSON as a tree and member by member, writes it, and changes it by patches.

import JSON

/// The price in a product's text. Only this member is decoded; the others are checked and skipped.
func price(in text: [UInt8]) throws(JSONSyntaxError) -> Double? {
    var reader = JSONReader(text)
    guard reader.peek() == UInt8(ascii: "{") else { throw reader.failure("expected a JSON object") }
    try reader.openObject()
    var price: Double?
    var isFirst = true
    while let key = try reader.nextKey(isFirst: isFirst) {
        isFirst = false
        let value = try reader.value()
        if reader.string(key) == "price", case .number = value.kind { price = reader.double(value) }
    }
    try reader.finish()
    return price
}

let text = Array(
    #"{"sku":"A-1", "price":19.90, "tags":["new","sale"], "serial":123456789012345678901234567890}"#.utf8)
print("the price is \(try price(in: text) ?? 0)")

// What a client sends may be anything. The error says what is wrong, and where.
do throws(JSONSyntaxError) {
    _ = try price(in: Array(#"{"price":19.90,}"#.utf8))
} catch {
    print("refused: \(error)")
}

// A tree keeps what the program does not know, with every digit.
let product = try JSONValue(parsing: text)
if case .object(let members) = product, case .array(let tags) = members["tags"] { print("\(tags.count) tags") }

/// A text in canonical form.
func canonical(_ value: JSONValue) -> String {
    var json = JSONWriter()
    json.value(value)
    return String(decoding: json.bytes, as: UTF8.self)
}
print(canonical(product))

// A text of known members needs no tree.
var json = JSONWriter()
json.object { json in
    json.member("status", "healthy")
    json.member("messages", 42)
    json.key("queues")
    json.array { json in
        for name in ["orders", "returns"] { json.string(name) }
    }
}
print(String(decoding: json.bytes, as: UTF8.self))

// A merge patch looks like the value that it changes; a patch of operations can test before it changes.
let merge = try JSONValue(parsing: Array(#"{"price":17.90,"tags":null}"#.utf8))
print(canonical(try JSONPatch.apply(merge, to: product)))
let operations = try JSONValue(
    parsing: Array(
        #"[{"op":"test","path":"/tags/1","value":"sale"},{"op":"add","path":"/tags/-","value":"last"}]"#.utf8))
print(canonical(try JSONPatch.apply(operations, to: product)))
do throws(JSONPatch.Failure) {
    _ = try JSONPatch.apply(operations, to: .object(["tags": .array([])]))
} catch {
    print("refused: \(error)")
}
