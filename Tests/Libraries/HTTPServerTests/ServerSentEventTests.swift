import HTTPMessages
import HTTPServer
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ServerSentEventTests {
    @Test(
        "an event has the lines that browsers read",
        arguments: [
            (HTTPServerSentEvent(data: "a"), "data: a\n\n"),
            (HTTPServerSentEvent(data: ""), "data: \n\n"),
            (HTTPServerSentEvent(data: "a\nb\r\nc\rd\n"), "data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n"),
            (
                HTTPServerSentEvent(data: "a", event: "change", id: "7", retry: .milliseconds(1_500)),
                "event: change\nid: 7\nretry: 1500\ndata: a\n\n"
            ),
            (HTTPServerSentEvent(data: "a", event: "b\nid: 9", id: "1\r\nx"), "event: b\nid: 1\ndata: a\n\n"),
            // No ends of a line to a browser, and allowed within JSON's strings.
            (HTTPServerSentEvent(data: "a\u{2028}b\u{2029}c\u{85}d"), "data: a\u{2028}b\u{2029}c\u{85}d\n\n"),
        ])
    func encoding(event: HTTPServerSentEvent, text: String) async throws {
        try await withServer(handler: { _ in .serverSentEvents { try await $0.send(event) } }) { server in
            let answer = try await server.request("GET /a HTTP/1.1")
            #expect(answer.text == text)
            #expect(answer["Content-Type"] == "text/event-stream")
            #expect(answer["Cache-Control"] == "no-store")
            #expect(answer["X-Accel-Buffering"] == "no")
        }
    }

    @Test("fields of one's own are sent along")
    func fieldsOfOnesOwnAreSent() async throws {
        try await withServer(handler: { _ in .serverSentEvents(headers: ["X-One": "1"]) { _ in } }) {
            server async throws in
            #expect(try await server.request("GET /a HTTP/1.1")["X-One"] == "1")
        }
    }

    @Test("a silent stream sends comments")
    func silentStreamSendsComments() async throws {
        try await withServer(handler: { _ in
            .serverSentEvents(heartbeat: .milliseconds(50)) { writer in
                try await writer.send(HTTPServerSentEvent(data: "a"))
                await Latch().wait()
            }
        }) { server in
            let client = try server.connect()
            try await client.send("GET /a HTTP/1.1")
            _ = try await client.head()
            // On a busy machine the first comment may come before the producer runs.
            let beginning = try await client.chunks(until: "a\n\n")
            #expect(beginning.replacing(":\n\n", with: "") == "data: a\n\n")
            #expect(try await client.chunks(until: ":\n\n:\n\n") == ":\n\n:\n\n")
        }
    }
}
