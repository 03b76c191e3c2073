import AMQPWire
import Testing

@Suite("Field tables beyond the bounds")
struct FieldReaderTablesTests {
    /// The bytes of a table whose only value is that many arrays, each within the one before.
    private func nestedArrays(_ count: Int) -> [UInt8] {
        var bytes = short("k")
        for level in (0..<count).reversed() { bytes += join([UInt8(ascii: "A")], big(5 * level, bytes: 4)) }
        return bytes
    }

    /// As ``nestedArrays(_:)``, of tables with an empty key.
    private func nestedTables(_ count: Int) -> [UInt8] {
        var bytes = short("k")
        for level in (0..<count).reversed() {
            bytes += join([UInt8(ascii: "F")], big(6 * level, bytes: 4))
            if level > 0 { bytes.append(0) }
        }
        return bytes
    }

    /// An array of that many values of no length, in bytes.
    private func voids(_ count: Int) -> [UInt8] {
        join(short("k"), hex("41"), long([UInt8](repeating: UInt8(ascii: "V"), count: count)))
    }

    private func header(_ headers: [UInt8], _ limits: DecodingLimits = DecodingLimits()) throws -> ContentHeader? {
        guard case .header(_, let header) = try decoded(contentHeader(headers: headers), limits).first else {
            return nil
        }
        return header
    }

    @Test("25,000 arrays within each other leave the headers out with the reason, and the rest of the content whole")
    func deepHeader() throws {
        for limits in [DecodingLimits(), DecodingLimits(frameMax: 200_000, nesting: .max, fieldValues: .max)] {
            for headers in [nestedArrays(25_000), nestedTables(20_000)] {
                let header = try #require(try header(headers, limits))
                #expect(header.properties.headers == nil)
                #expect(header.headersFailure?.replyCode == 502)
                #expect(header.properties.expiration == "60")
            }
        }
    }

    @Test("25,000 arrays within each other are an error in a method")
    func deepMethod() {
        #expect(failure(queueDeclare(arguments: nestedArrays(25_000)))?.replyCode == 502)
        #expect(failure(queueDeclare(arguments: nestedTables(20_000)))?.replyCode == 502)
        let limits = DecodingLimits(frameMax: 200_000, nesting: .max, fieldValues: .max)
        #expect(failure(queueDeclare(arguments: nestedArrays(25_000)), limits)?.replyCode == 502)
    }

    @Test("nesting up to the bound is taken, the outermost table counted")
    func nesting() throws {
        for nested in [nestedArrays, nestedTables] {
            let limits = DecodingLimits(nesting: 5)
            #expect(try header(nested(4), limits)?.properties.headers?["k"] != nil)
            #expect(try header(nested(4), limits)?.headersFailure == nil)
            #expect(try header(nested(5), limits)?.headersFailure != nil)
            #expect(failure(queueDeclare(arguments: nested(4)), limits) == nil)
            #expect(failure(queueDeclare(arguments: nested(5)), limits)?.replyCode == 502)
        }
    }

    @Test("nesting beyond 128 is not taken, whatever the limits say")
    func deepestNesting() throws {
        let limits = DecodingLimits(nesting: .max)
        #expect(try header(nestedArrays(127), limits)?.headersFailure == nil)
        #expect(try header(nestedArrays(128), limits)?.headersFailure != nil)
    }

    @Test("values up to the bound are taken, those within arrays and tables counted")
    func values() throws {
        let limits = DecodingLimits(fieldValues: 10)
        #expect(try header(voids(9), limits)?.properties.headers == ["k": .array(.init(repeating: .void, count: 9))])
        #expect(try header(voids(10), limits)?.headersFailure?.replyCode == 502)
        #expect(try header(voids(10), limits)?.properties.headers == nil)
        #expect(try header(voids(5) + voids(3), limits)?.headersFailure == nil)
        #expect(try header(voids(5) + voids(4), limits)?.headersFailure != nil)
        #expect(failure(queueDeclare(arguments: voids(9)), limits) == nil)
        #expect(failure(queueDeclare(arguments: voids(10)), limits)?.replyCode == 502)
        #expect(try header(voids(16_383))?.headersFailure == nil)
        #expect(try header(voids(16_384))?.headersFailure != nil)
    }

    @Test("values are counted anew in each frame")
    func eachFrame() throws {
        let frames = queueDeclare(arguments: voids(9)) + contentHeader(headers: voids(9))
        let all = try decoded(frames + frames + frames, DecodingLimits(fieldValues: 10))
        #expect(all.count == 6)
        for case .header(_, let header) in all { #expect(header.headersFailure == nil) }
    }

    @Test("any fault within the headers leaves them out; their length tells where they end")
    func faults() throws {
        for fault in ["01 6B 00", "01 6B 53 FFFFFFFF", "01", "01 6B", "FF 6B 56", "01 6B 41 00000001 49"] {
            let header = try #require(try header(hex(fault)))
            #expect(header.properties.headers == nil)
            #expect(header.headersFailure?.replyCode == 502)
            #expect(header.properties.expiration == "60")
        }
        let empty = try #require(try header([]))
        #expect(empty.properties.headers == [:])
        #expect(empty.headersFailure == nil)
    }

    @Test("headers that claim to go beyond their frame are an error")
    func beyond() {
        let payload = hex("003C 0000 0000000000000000 2000 00000004 016B56")
        #expect(failure(frame(2, 1, payload))?.replyCode == 502)
        #expect(failure(frame(2, 1, hex("003C 0000 0000000000000000 2000 FFFFFFFF")))?.replyCode == 502)
    }
}
