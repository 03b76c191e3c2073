import HTTPWire
import Testing

struct HTTPDateTests {
    @Test(
        "a date has the form of RFC 9110",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"),
            (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"), (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"), (-2_208_988_800, "Mon, 01 Jan 1900 00:00:00 GMT"),
        ] as [(Int64, String)])
    func form(second: Int64, text: String) {
        var date = HTTPDate()
        #expect(String(decoding: date.text(at: second), as: UTF8.self) == text)
        #expect(String(decoding: date.text(at: second), as: UTF8.self) == text, "kept")
    }
}
