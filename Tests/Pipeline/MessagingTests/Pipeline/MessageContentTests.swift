import Events
import Gzip
import Messaging
import Testing

@Suite struct MessageContentTests {
    private let json = Array(#"{"user_id":1}"#.utf8)

    private func message(_ body: [UInt8], encoding: String? = nil, compression: String? = nil) -> Message {
        var message = Message(body: body)
        message.properties.carried[.contentEncoding] = encoding
        message.properties.headers["compression"] = compression.map { .string($0) }
        return message
    }

    /// The same text as zlib.compress of Python makes of it.
    private let zlib: [UInt8] = [
        0x78, 0x9C, 0xAB, 0x56, 0x2A, 0x2D, 0x4E, 0x2D, 0x8A, 0xCF, 0x4C, 0x51, 0xB2, 0x32, 0xAC, 0x05, 0x00, 0x21,
        0x9E,
        0x04, 0x93,
    ]

    @Test("bodies in gzip and zlib are read by the names under which producers send them")
    func compressedBodies() throws {
        let gzip = Gzip.compress(json)
        for name in ["gzip", "GZIP", "x-gzip", "application/x-gzip"] {
            #expect(try MessageContent(message(gzip, encoding: name)).bytes == json, "\(name)")
            #expect(try MessageContent(message(gzip, encoding: "utf-8", compression: name)).bytes == json, "\(name)")
        }
        for name in ["deflate", "zlib", "gzip"] {
            #expect(try MessageContent(message(zlib, encoding: name)).bytes == json, "\(name)")
        }
        // kombu's name for zlib.
        #expect(
            try MessageContent(message(zlib, encoding: "utf-8", compression: "application/x-gzip")).bytes == json)
    }

    @Test("a plain body is read as it is, whatever its producer calls it", arguments: [nil, "gzip", "utf-8", "br", ""])
    func plainBodies(encoding: String?) throws {
        #expect(try MessageContent(message(json, encoding: encoding)).bytes == json)
    }

    @Test("a compressed body that is cut off, or grows beyond a megabyte, is malformed")
    func badCompression() {
        let cut = Array(Gzip.compress(json).dropLast(4))
        #expect(
            throws: EventRejection.malformed("the body is compressed as 'gzip', but the compressed data end too early")
        ) {
            try MessageContent(message(cut, encoding: "gzip"))
        }
        let bomb = Gzip.compress([UInt8](repeating: UInt8(ascii: " "), count: (1 << 20) + 1))
        #expect(throws: EventRejection.self) { try MessageContent(message(bomb, encoding: "gzip")) }
    }

    @Test("different mistakes of producers are named, and fall into different groups")
    func findings() throws {
        func utf16(_ text: String) -> [UInt8] { text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } }
        let mistakes: [(name: String, message: Message, words: String)] = [
            ("nothing", message([]), "empty"),
            ("blank", message(Array(" \n".utf8)), "white space"),
            ("array", message(Array(#"[{"user_id":1}]"#.utf8)), "JSON array"),
            ("string", message(Array(#""{\"user_id\":1}""#.utf8)), "encoded twice"),
            ("number", message(Array("42".utf8)), "number"),
            ("word", message(Array("null".utf8)), "null"),
            ("text", message(Array("user 1".utf8)), "not JSON"),
            ("XML", message(Array("<event/>".utf8)), "XML"),
            ("gzip", message(Gzip.compress(json)), "content_encoding to gzip"),
            ("zlib", message(zlib), "content_encoding to deflate"),
            ("Zstandard", message([0x28, 0xB5, 0x2F, 0xFD, 0, 0]), "Zstandard"),
            ("Latin-1", message(Array(#"{"brand":"caf"#.utf8) + [0xE9] + Array(#""}"#.utf8)), "Latin-1"),
            ("UTF-16", message(utf16(#"{"user_id":1}"#)), "UTF-16"),
            ("UTF-16 with a mark", message([0xFF, 0xFE] + utf16("{}")), "UTF-16"),
            ("UTF-32", message([0x7B, 0, 0, 0, 0x7D, 0, 0, 0]), "UTF-32"),
            ("pickle", message([0x80, 4, 0x95]), "pickle"),
            ("bytes", message([0x85, 0xA7, 0x01]), "neither JSON nor text"),
        ]
        var groups: [String: String] = [:]
        for (name, message, words) in mistakes {
            let error = MessageContent.explaining(.malformed("at byte 0"), in: message).description
            #expect(error.contains(words), "\(name): \(error)")
            let group = Fingerprint(queue: "q", reason: "malformed", error: error).description
            if name != "UTF-16 with a mark" { #expect(groups[group] == nil, "\(name) and \(groups[group] ?? "")") }
            groups[group] = name
        }
    }

    @Test("what is meant as a JSON object keeps the parser's reason, and a named encoding is told")
    func explanations() {
        let rejection = EventRejection.malformed("expected a value at byte 5")
        #expect(MessageContent.explaining(rejection, in: message(Array(#"{"a":}"#.utf8))) == rejection)
        let invalid = EventRejection.invalid([])
        #expect(MessageContent.explaining(invalid, in: message([])) == invalid)
        let brotli = MessageContent.explaining(rejection, in: message([0x8B, 0x06, 0x80, 0xFF], encoding: "br"))
        #expect(brotli.description.hasSuffix("(the properties call it 'br')"))
    }

    @Test("a body that replaces a compressed one is not called compressed")
    func replacing() {
        var letter = message(Gzip.compress(json), encoding: "gzip", compression: "gzip")
        letter.isBodyLeftOut = true
        letter.replaceBody(json)
        #expect(letter == message(json))
    }
}
