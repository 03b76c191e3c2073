import HTTPMessages
import HTTPWire
import Testing

struct ResponseWriterTests {
    /// The fields of an answer to a request of this version.
    private func answer(_ headers: HTTPHeaders, status: HTTPStatus = .ok, to version: String = "1.1") throws -> Answer {
        var connection = Connection()
        connection.answersAtOnce = false
        connection.receive("GET / HTTP/\(version)\r\nHost: a\r\n\r\n")
        connection.answer(status: status, "A", headers: headers)
        let answers = try Answers.all(connection.text)
        try #require(answers.count == 1)
        return answers[0]
    }

    @Test("fields are sent in their order, as they are")
    func order() throws {
        let answer = try answer(["Set-Cookie": "a=1", "X-Text": "caf\u{e9}\t1", "set-cookie": "b=2"])
        #expect(answer.fields.prefix(3) == ["Set-Cookie: a=1", "X-Text: caf\u{e9}\t1", "set-cookie: b=2"])
    }

    @Test("the length is the body's, whatever the handler says, and an empty value is not a field")
    func length() throws {
        let answer = try answer([
            "Content-length": "99", "transfer-encoding": "gzip", "X-Empty": "", "X": "1", "CONNECTION": "keep-alive",
        ])
        #expect(answer.values(of: "content-length") == ["1"])
        #expect(answer["transfer-encoding"] == nil)
        #expect(answer["connection"] == nil)
        #expect(!answer.fields.contains { $0.hasPrefix("X-Empty") })
        #expect(answer["x"] == "1")
        #expect(answer.body == "A")
    }

    @Test("a handler's own date takes the place of the server's, an empty one does not")
    func date() throws {
        let date = "Tue, 15 Nov 1994 08:12:31 GMT"
        #expect(try answer(["dAte": date]).values(of: "date") == [date])
        #expect(try answer(["Date": ""]).values(of: "date") == ["Sun, 06 Nov 1994 08:49:37 GMT"])
    }

    @Test("a field that looks like one of the server's is none of them")
    func similarNames() throws {
        let answer = try answer(["Content-Lengths": "1", "Dates": "2", "Connections": "close", "Xate": "3"])
        #expect(answer["content-lengths"] == "1")
        #expect(answer["connections"] == "close")
        #expect(answer["date"] == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(answer["connection"] == nil)
    }

    @Test("each status from 200 to 599 has a line", arguments: 200...599)
    func statuses(code: Int) throws {
        guard code != 204, code != 304 else { return }
        #expect(try answer([:], status: HTTPStatus(code)).status == code)
    }

    @Test("an answer without body has the length 0")
    func empty() throws {
        var connection = Connection()
        connection.answersAtOnce = false
        connection.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
        connection.answer()
        #expect(try Answers.all(connection.text)[0]["content-length"] == "0")
    }
}
