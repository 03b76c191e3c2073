import Arguments
import Testing

@Suite("A value read from a text")
struct ArgumentValueTests {
    private func read<Value: ArgumentValue>(_ type: Value.Type, _ text: String) -> Value? {
        try? Value(argument: text)
    }

    @Test("is a whole number within the bounds of its type")
    func wholeNumbers() {
        #expect(read(Int.self, "-42") == -42)
        #expect(read(Int64.self, "9223372036854775807") == .max)
        #expect(read(Int64.self, "9223372036854775808") == nil)
        #expect(read(UInt16.self, "65535") == 65535)
        #expect(read(UInt16.self, "65536") == nil)
        #expect(read(UInt8.self, "-1") == nil)
        for text in ["", " 1", "1 ", "1.0", "0x10", "1e3", "١"] { #expect(read(Int.self, text) == nil, "\(text)") }
    }

    @Test("is a finite number")
    func numbers() {
        #expect(read(Double.self, "-1.5e3") == -1500)
        for text in ["", "nan", "inf", "-infinity", "1,5", "1e999"] {
            #expect(read(Double.self, text) == nil, "\(text)")
        }
    }

    @Test("is true or false in the usual words")
    func truth() {
        for text in ["true", "YES", "on", "1"] { #expect(read(Bool.self, text) == true) }
        for text in ["false", "No", "off", "0"] { #expect(read(Bool.self, text) == false) }
        for text in ["", "2", "maybe"] { #expect(read(Bool.self, text) == nil) }
    }

    @Test("is a case of an enumeration by its raw value")
    func cases() {
        #expect(read(Kind.self, "remove_from_cart") == .removeFromCart)
        #expect(read(Kind.self, "removeFromCart") == nil)
        #expect(Kind.allowedValues == ["view", "cart", "purchase", "remove_from_cart"])
    }

    @Test("is written as it is read")
    func roundTrip() throws {
        #expect(try Int(argument: (-42).argumentText) == -42)
        #expect(try Double(argument: 0.1.argumentText) == 0.1)
        #expect(try Bool(argument: true.argumentText) == true)
        #expect(try Kind(argument: Kind.cart.argumentText) == .cart)
        #expect(String(argument: "x y".argumentText) == "x y")
    }

    @Test(
        "is a duration with its units",
        arguments: [
            ("30m", .seconds(1800)), ("5s", .seconds(5)), ("250ms", .milliseconds(250)), ("1h30m", .seconds(5400)),
            ("1.5s", .milliseconds(1500)), ("2d", .seconds(172_800)), ("10us", .microseconds(10)),
            ("7ns", .nanoseconds(7)), ("0", .zero), ("0s", .zero), ("0.000000001s", .nanoseconds(1)),
            ("36500d", .seconds(36500 * 86400)),
        ] as [(String, Duration)])
    func durations(text: String, duration: Duration) throws {
        #expect(try Duration(argument: text) == duration)
        #expect(try Duration(argument: duration.argumentText) == duration)
    }

    @Test(
        "is not a duration without a number and a unit, nor beyond a century",
        arguments: [
            "", "5", "s", "5x", "-5s", "5 s", "1.s", ".5s", "1..5s", "5s3", "1h-3m", "5S", "5é", "36501d",
            "20000d20000d",
            "999999999999999999d", "9999999999999999999s", "1.0000000001s", "٣s", "1e3s",
        ])
    func noDurations(text: String) {
        #expect(throws: ArgumentValueError.self) { try Duration(argument: text) }
    }
}
