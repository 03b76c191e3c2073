import Testing

@testable import FileImport

@Suite("A mapping of columns")
struct FieldMappingTests {
    @Test("names a column for each field, by its short or its whole name")
    func names() throws {
        let mapping = try FieldMapping("user=visitorid,product_id=itemid,time=ts,category=a=b")
        #expect(mapping.sources[.user] == FieldMapping.Source(name: "visitorid"))
        #expect(mapping.sources[.product] == FieldMapping.Source(name: "itemid"))
        #expect(mapping.sources[.category] == FieldMapping.Source(name: "a=b"))
        #expect(mapping.sources.count == 4)
        #expect(!mapping.isByPosition)
        #expect(mapping.description == "user=visitorid,product_id=itemid,time=ts,category=a=b")
    }

    @Test("names texts from which numbers are made, and milliseconds that are added to a time")
    func forms() throws {
        let mapping = try FieldMapping("user=hash:pseudo,time=eventdate+timeframe")
        #expect(mapping.sources[.user] == FieldMapping.Source(name: "pseudo", isHashed: true))
        #expect(mapping.sources[.time] == FieldMapping.Source(name: "eventdate", offset: "timeframe"))
    }

    @Test("names positions, in a file without a header")
    func positions() throws {
        #expect(try FieldMapping("user=1,product=3").isByPosition)
        #expect(try FieldMapping("time=4+5,user=1").isByPosition)
        #expect(FieldMapping.position("1") == 0)
        for text in ["0", "-1", "+1", "x", ""] { #expect(FieldMapping.position(text) == nil) }
    }

    @Test(
        "is refused with what is wrong",
        arguments: [
            ("", "\"\" is not FIELD=COLUMN"), ("user", "\"user\" is not FIELD=COLUMN"),
            ("user=", "\"user=\" is not FIELD=COLUMN"), ("user=a,,", "\"\" is not FIELD=COLUMN"),
            ("customer=a", "\"customer\" is not one of user, product, type, time, session, id, price, quantity, brand"),
            ("user=a,user_id=b", "user is named twice"), ("price=hash:a", "which only user and product need"),
            ("user=hash:", "hash: lacks its column"), ("user=1,product=item", "do not go together"),
            ("time=1+offset", "do not go together"),
        ])
    func mistakes(text: String, part: String) {
        #expect {
            try FieldMapping(text)
        } throws: { error in
            "\(error)".contains(part)
        }
    }
}
