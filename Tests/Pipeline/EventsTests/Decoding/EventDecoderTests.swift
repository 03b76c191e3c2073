import Events
import JSON
import TestSupport
import Testing

@Suite("A posted event")
struct EventDecoderTests {
    @Test("has all its fields")
    func allFields() throws {
        let body = """
            {"user_id": 541312140, "product_id": 44600062, "event_type": "remove_from_cart",
             "user_session": "72d76fde-8bb3-4e00-8c23-a032dfed738c", "event_time": "2019-10-01 00:00:00 UTC",
             "event_id": "01890C24-905B-7122-B170-B60814E6EE06", "price": 35.79, "quantity": 2, "brand": "shiseido",
             "category_code": "appliances.kitchen", "properties": {"ref": ["mail", 1]}}
            """
        let event = try EventDecoder().decode(Array(body.utf8), receivedAt: receipt)
        #expect(
            event
                == Event(
                    id: EventID(high: 0x0189_0c24_905b_7122, low: 0xb170_b608_14e6_ee06), userID: 541_312_140,
                    productID: 44_600_062, type: .removeFromCart, session: "72d76fde-8bb3-4e00-8c23-a032dfed738c",
                    time: Timestamp(microseconds: 1_569_888_000_000_000), price: 35.79, quantity: 2, brand: "shiseido",
                    categoryCode: "appliances.kitchen",
                    properties: .object(["ref": .array([.string("mail"), .integer(1)])])))
    }

    @Test("without optional fields has a new UUIDv7 and the time of receipt")
    func defaults() throws {
        let ids = UUIDv7Generator(using: SeededGenerator(seed: 9))
        let decoder = EventDecoder(ids: ids)
        let first = try decoder.decode(PostedEvent().body, receivedAt: receipt)
        let second = try decoder.decode(PostedEvent().body, receivedAt: receipt)
        #expect(first.time == receipt)
        #expect(first.id.version == 7)
        #expect(first.id < second.id)
        #expect(first.price == nil && first.quantity == nil && first.brand == nil && first.categoryCode == nil)
        #expect(first.properties == nil)
    }

    @Test("reports everything that is wrong with it at once, in the order of the fields")
    func allIssues() {
        let body = """
            {"properties": [], "category_code": 1, "brand": false, "quantity": 0, "price": "1,5", "event_time": "today",
             "user_session": "", "event_type": "buy", "product_id": -1, "user_id": "1", "event_id": 1}
            """
        func issue(_ field: String, _ msg: String, _ type: ValidationIssue.Kind) -> ValidationIssue {
            ValidationIssue(loc: [.field("body"), .field(field)], msg: msg, type: type)
        }
        #expect(
            throws: EventRejection.invalid([
                issue("event_id", "Input should be a valid string", .stringType),
                issue("user_id", "Input should be a valid integer", .intType),
                issue("product_id", "Input should be greater than or equal to 1", .greaterThanEqual),
                issue(
                    "event_type", "Input should be one of 'view', 'cart', 'purchase', 'remove_from_cart'", .enumeration),
                issue("user_session", "String should have at least 1 character", .stringTooShort),
                issue(
                    "event_time", "Input should be a valid date and time: expected 4 digits of the year",
                    .datetimeParsing),
                issue("price", "Input should be a valid number", .floatType),
                issue("quantity", "Input should be greater than or equal to 1", .greaterThanEqual),
                issue("brand", "Input should be a valid string", .stringType),
                issue("category_code", "Input should be a valid string", .stringType),
                issue("properties", "Input should be a valid object", .dictType),
            ])
        ) {
            try EventDecoder().decode(Array(body.utf8), receivedAt: receipt)
        }
    }

    @Test("without a required field is refused", arguments: ["user_id", "product_id", "event_type", "user_session"])
    func requiredFields(field: String) {
        let missing = [ValidationIssue(loc: [.field("body"), .field(field)], msg: "Field required", type: .missing)]
        #expect(PostedEvent.with(field, nil).issues() == missing)
        #expect(PostedEvent.with(field, "null").issues() == missing)
    }

    @Test("that is an empty object is refused for each required field")
    func emptyObject() {
        #expect(PostedEvent(members: []).issueTypes() == [.missing, .missing, .missing, .missing])
    }

    @Test(
        "treats null as an absent optional field",
        arguments: ["event_id", "event_time", "price", "quantity", "brand", "category_code", "properties"])
    func nullFields(field: String) throws {
        let event = try PostedEvent.with(field, "null").decoded()
        #expect(event.id.version == 7 && event.time == receipt)
        #expect(event.price == nil && event.quantity == nil && event.brand == nil && event.categoryCode == nil)
        #expect(event.properties == nil)
    }

    @Test(
        "has whole numbers in 1 ... 2^63-1 as ids and quantity",
        arguments: ["user_id", "product_id", "quantity"],
        [
            ("1", nil), ("9223372036854775807", nil), ("1.0", nil), ("1e3", nil), ("10e-1", nil),
            ("9223372036854775807.0", nil), ("1e18", nil), ("9223372036854775808.0", .lessThanEqual),
            ("1.00000000000000000001", .intType), ("1e-9223372036854775808", .intType),
            ("1.5e-9223372036854775808", .intType), ("1.5e9223372036854775807", .lessThanEqual),
            ("0", .greaterThanEqual), ("-0", .greaterThanEqual), ("-1", .greaterThanEqual), ("0.0", .greaterThanEqual),
            ("-9223372036854775809", .greaterThanEqual), ("-1e400", .greaterThanEqual),
            ("9223372036854775808", .lessThanEqual), ("1e19", .lessThanEqual), ("1e400", .lessThanEqual),
            ("123456789012345678901234567890", .lessThanEqual),
            ("1.5", .intType), ("1e-5", .intType), ("-0.5", .intType), ("\"1\"", .intType), ("true", .intType),
            ("[1]", .intType), ("{}", .intType), ("\"x\"", .intType),
        ] as [(String, ValidationIssue.Kind?)])
    func integers(field: String, value: (text: String, issue: ValidationIssue.Kind?)) {
        #expect(PostedEvent.with(field, value.text).issueTypes() == value.issue.map { [$0] } ?? [], "\(value.text)")
    }

    @Test("keeps the value of whole numbers, however they are written")
    func integerValues() throws {
        #expect(try PostedEvent.with("user_id", "9223372036854775807").decoded().userID == .max)
        #expect(try PostedEvent.with("product_id", "1.5e1").decoded().productID == 15)
        #expect(try PostedEvent.with("quantity", "3.0").decoded().quantity == 3)
        // 2^53 + 1, which no Double holds.
        #expect(try PostedEvent.with("user_id", "9007199254740993.0").decoded().userID == 9_007_199_254_740_993)
    }

    @Test("has one of four types")
    func types() throws {
        for type in EventType.allCases {
            #expect(try PostedEvent.with("event_type", "\"\(type.rawValue)\"").decoded().type == type)
        }
        #expect(try PostedEvent.with("event_type", #""v\u0069ew""#).decoded().type == .view)
        for value in ["\"View\"", "\"\"", "\"view \"", "\"removeFromCart\"", "1", "[\"view\"]", "\"view\\u0000\""] {
            #expect(PostedEvent.with("event_type", value).issueTypes() == [.enumeration], "\(value)")
        }
    }

    @Test("has a session of 1 to 256 characters")
    func session() throws {
        func issues(_ value: String) -> [ValidationIssue.Kind]? {
            PostedEvent.with("user_session", "\"\(value)\"").issueTypes()
        }
        #expect(issues("") == [.stringTooShort])
        #expect(issues(String(repeating: "x", count: 256)) == [])
        #expect(issues(String(repeating: "x", count: 257)) == [.stringTooLong])
        #expect(issues(String(repeating: "😀", count: 256)) == [])
        #expect(issues(String(repeating: "😀", count: 257)) == [.stringTooLong])
        #expect(issues(String(repeating: #"\ud83d\ude00"#, count: 256)) == [])
        #expect(issues(String(repeating: #"\ud83d\ude00"#, count: 257)) == [.stringTooLong])
        // A character is a code point: a letter with a thousand accents counts as a thousand and one.
        #expect(issues("a" + String(repeating: "\u{301}", count: 1000)) == [.stringTooLong])
        #expect(issues(String(repeating: "x", count: 1_000_000)) == [.stringTooLong])
        #expect(issues(#"a\u0000b"#) == [.stringPatternMismatch])
        #expect(issues(#"a\nb"#) == [.stringPatternMismatch])
        #expect(issues(#"a\"b\/é\u00e9"#) == [])
        #expect(try PostedEvent.with("user_session", #""a\"b\/\u00e9""#).decoded().session == "a\"b/é")
        #expect(PostedEvent.with("user_session", "5").issueTypes() == [.stringType])
    }

    @Test(
        "has brand and category of at most 256 characters, and an empty text counts as absent",
        arguments: ["brand", "category_code"])
    func texts(field: String) throws {
        func issues(_ value: String) -> [ValidationIssue.Kind]? { PostedEvent.with(field, value).issueTypes() }
        let event = try PostedEvent.with(field, "\"\"").decoded()
        #expect(event.brand == nil && event.categoryCode == nil)
        #expect(issues("\"" + String(repeating: "é", count: 256) + "\"") == [])
        #expect(issues("\"" + String(repeating: "é", count: 257) + "\"") == [.stringTooLong])
        #expect(issues(#""\t""#) == [.stringPatternMismatch])
        #expect(issues("{}") == [.stringType])
        #expect(issues("0") == [.stringType])
    }

    @Test(
        "has a price that is finite and not negative",
        arguments: [
            ("0", []), ("0.0", []), ("35.79", []), ("1e308", []), ("5e-324", []), ("12345678901234567890", []),
            ("-0.01", [.greaterThanEqual]), ("-1", [.greaterThanEqual]), ("1e400", [.finiteNumber]),
            ("-1e400", [.finiteNumber]), ("true", [.floatType]), ("[]", [.floatType]), ("{}", [.floatType]),
            ("\"1.5\"", []), ("\"19.990\"", []), ("\"1E+2\"", []), ("\"0\"", []), ("\"-0.01\"", [.greaterThanEqual]),
            ("\"1e400\"", [.finiteNumber]), ("\"1,5\"", [.floatType]), ("\" 1\"", [.floatType]),
            ("\"1 \"", [.floatType]), ("\"Infinity\"", [.floatType]),
            ("\"0x10\"", [.floatType]), ("\"1 2\"", [.floatType]),
        ] as [(String, [ValidationIssue.Kind])])
    func price(text: String, issues: [ValidationIssue.Kind]) {
        #expect(PostedEvent.with("price", text).issueTypes() == issues)
    }

    @Test("happened at most 24 hours after its receipt")
    func time() throws {
        func issues(_ value: String) -> [ValidationIssue.Kind]? { PostedEvent.with("event_time", value).issueTypes() }
        #expect(issues("\"2024-05-02T12:00:00Z\"") == [])
        #expect(issues("\"2024-05-02T12:00:00.000001Z\"") == [.datetimeInFuture])
        #expect(issues("\"9999-12-31T23:59:59Z\"") == [.datetimeInFuture])
        #expect(issues("\"0001-01-01T00:00:00Z\"") == [])
        #expect(issues("\"2019-10-01\"") == [.datetimeParsing])
        #expect(issues("{}") == [.stringType])
        #expect(issues("true") == [.stringType])
        let escaped = try PostedEvent.with("event_time", #""2019\u002d10-01T00:00:00Z""#).decoded()
        #expect(escaped.time.microseconds == 1_569_888_000_000_000)
        let latest = Timestamp(microseconds: .max)
        #expect(try EventDecoder().decode(PostedEvent().body, receivedAt: latest).time == latest)
    }

    @Test("has a price as a number or as its decimal text")
    func priceAsText() throws {
        for value in ["19.99", "\"19.99\"", "\"19.990\"", #"{"__type__": "decimal", "__value__": "19.99"}"#] {
            #expect(try PostedEvent.with("price", value).decoded().price == 19.99)
        }
    }

    @Test(
        "may have its time as a number of seconds, milliseconds, microseconds or nanoseconds, also in quotes",
        arguments: [
            "1569888000", "1569888000.0", "1.569888e9", "1569888000000", "1569888000000000", "1569888000000000000",
            "\"1569888000\"", "\"2019-10-01T00:00Z\"", "\"20191001T000000Z\"", "\"2019-10-01T02:00+0200\"",
        ])
    func numericTime(text: String) throws {
        #expect(try PostedEvent.with("event_time", text).decoded().time.description == "2019-10-01T00:00:00Z")
    }

    @Test("with a bare number that is no likely time is refused, and told what the number looks like")
    func unlikelyTime() {
        let issues = PostedEvent.with("event_time", "20191001").issues()
        #expect(issues?.map(\.type) == [.datetimeParsing])
        #expect(issues?.first?.msg.contains("20191001 looks like a date in digits: write 2019-10-01T00:00:00Z") == true)
        #expect(PostedEvent.with("event_time", "4102444800").issueTypes() == [.datetimeParsing], "the year 2100")
        #expect(PostedEvent.with("event_time", "0").issueTypes() == [.datetimeParsing])
    }

    @Test(
        "treats a text that stands for no value as an absent optional field",
        arguments: ["event_id", "event_time", "price", "quantity", "brand", "category_code", "properties"],
        [#"\\N"#, "NULL", "null", "nan", "NaN", "None", "<NA>"])
    func blanks(field: String, text: String) throws {
        let event = try PostedEvent.with(field, "\"\(text)\"").decoded()
        #expect(event.id.version == 7 && event.time == receipt)
        #expect(event.price == nil && event.quantity == nil && event.brand == nil && event.categoryCode == nil)
        #expect(event.properties == nil)
    }

    @Test("has no session that is blank, and words that contain a blank one are none")
    func blankSession() {
        #expect(PostedEvent.with("user_session", #""NULL""#).issueTypes() == [.stringTooShort])
        #expect(PostedEvent.with("user_session", #""\\N""#).issueTypes() == [.stringTooShort])
        #expect(PostedEvent.with("user_session", #""nano""#).issueTypes() == [])
        #expect(PostedEvent.with("brand", #""Nonesuch""#).issueTypes() == [])
    }

    @Test("has an id that is a UUID or any other text")
    func id() throws {
        let text = "00000000-0000-0000-0000-00000000000a"
        for spelling in [text, text.uppercased(), "{\(text)}", "urn:uuid:\(text)", text.replacing("-", with: "")] {
            #expect(try PostedEvent.with("event_id", "\"\(spelling)\"").decoded().id.low == 10)
        }
        let order = try PostedEvent.with("event_id", "\"order-1\"").decoded().id
        #expect(order == .version5(namespace: .idempotencyKeyNamespace, name: "order-1".utf8))
        #expect(try PostedEvent.with("event_id", #""order\u002d1""#).decoded().id == order)
        func issues(_ value: String) -> [ValidationIssue.Kind]? { PostedEvent.with("event_id", value).issueTypes() }
        #expect(issues("\"\"") == [.stringTooShort])
        #expect(issues("\"" + String(repeating: "x", count: 129) + "\"") == [.stringTooLong])
        #expect(issues("\"" + String(repeating: #"\u0061"#, count: 128) + "\"") == [])
        #expect(issues("\"" + String(repeating: #"\u0061"#, count: 1_000_000) + "\"") == [.stringTooLong])
        #expect(issues("\"00000000-0000-0000-0000-000000000000\"") == [.valueError])
        #expect(issues("1") == [.stringType])
        #expect(issues("{}") == [.stringType])
    }

    @Test("has a default time only where it names none")
    func defaulted() throws {
        #expect(try PostedEvent().decoded().defaulted == .eventTime)
        let time = "\"2024-01-01T00:00:00Z\""
        var event = PostedEvent.with("event_time", time)
        event.members.append(("published_at", time))
        #expect(try event.decoded().defaulted.isEmpty)
    }

    @Test("is read where kombu has written a datetime, a UUID or a decimal")
    func wrapped() throws {
        func wrap(_ type: String, _ value: String) -> String { #"{"__type__": "\#(type)", "__value__": \#(value)}"# }
        let hex = "01890c24905b7122b170b60814e6ee06"
        let uuid = wrap("uuid", #"{"hex": "\#(hex)", "version": 7}"#)
        let id = EventID(anySpelling: hex.utf8)
        #expect(try PostedEvent.with("event_id", uuid).decoded().id == id)
        #expect(try PostedEvent.with("event_id", wrap("uuid", "\"\(hex)\"")).decoded().id == id)
        #expect(try PostedEvent.with("user_session", uuid).decoded().session == id?.description)
        for text in ["2019-10-01T00:00:00", "2019-10-01T00:00:00+00:00", "2019-10-01T02:00:00.000000+02:00"] {
            let event = try PostedEvent.with("event_time", wrap("datetime", "\"\(text)\"")).decoded()
            #expect(event.time.microseconds == 1_569_888_000_000_000)
            #expect(event.defaulted.isEmpty)
        }
        for (field, value, type) in [
            ("event_time", wrap("date", "\"2019-10-01\""), ValidationIssue.Kind.stringType),
            ("event_time", wrap("datetime", "5"), .datetimeParsing),
            ("event_time", wrap("datetime", "\"soon\""), .datetimeParsing),
            ("price", wrap("uuid", "\"1\""), .floatType),
            ("price", wrap("decimal", "\"x\""), .floatType), ("price", #"{"__type__": "decimal"}"#, .floatType),
            ("event_id", wrap("uuid", #"{"hex": "17"}"#), .stringType),
            ("event_id", wrap("uuid", #"{"hex": "\#(String(repeating: "0", count: 32))"}"#), .valueError),
            ("event_id", wrap("uuid", String(repeating: " ", count: 300) + "\"\(hex)\""), .stringType),
            ("user_session", wrap("decimal", "\"1\""), .stringType), ("user_id", wrap("decimal", "\"1\""), .intType),
        ] {
            #expect(PostedEvent.with(field, value).issueTypes() == [type], "\(field): \(value)")
        }
    }

    @Test("may have members that events do not have, which are ignored")
    func unknownMembers() throws {
        let event = try PostedEvent.with(
            "x", #"{"deep":[[[{"y":[]}]]],"big":1e400,"id":123456789012345678901234567890}"#
        ).decoded()
        #expect(event.userID == 541_312_140)
        #expect(try PostedEvent.with("published_at", "5").decoded().time == receipt)
        #expect(try PostedEvent.with("published_at", "\"2019-10-01T00:00:00Z\"").decoded().time == receipt)
        #expect(PostedEvent.with("x", #""\ud800""#).issues() == nil)
        #expect(PostedEvent.with("x", "01").issues() == nil)
    }

    @Test("counts the last of two members with one key, however it is written")
    func duplicateKeys() throws {
        var event = PostedEvent()
        event.members += [("user_id", "\"x\""), ("user_id", "2"), ("product_\\u0069d", "3")]
        #expect(try event.decoded().userID == 2)
        #expect(try event.decoded().productID == 3)
        event.members.append(("user_id", "null"))
        #expect(event.issueTypes() == [.missing])
    }

    @Test("may begin with a byte order mark and have white space anywhere")
    func surroundings() throws {
        let body = "\u{feff} \n" + PostedEvent().text.replacing(",", with: "\r\n\t, ") + "\n\n"
        #expect(try EventDecoder().decode(Array(body.utf8), receivedAt: receipt).session == "s-1")
    }
}
