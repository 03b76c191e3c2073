//! Serves HTTP: a page that echoes, a stream of events, bounds of its own, and a stop that waits for current requests.

import HTTPMessages
import HTTPServer
import HTTPWire

var configuration = HTTPServerConfiguration(host: "127.0.0.1", port: 0)
configuration.maxBodyBytes = 1 << 20
configuration.timeouts.handler = .seconds(5)
// What the server answers by itself, such as a 400 for a malformed request, looks like the application's answers.
configuration.refusal = { refusal in
    .json(Array(#"{"error": "\#(refusal.status.code)"}"#.utf8), status: refusal.status)
}

let server = HTTPServer(configuration: configuration) { request in
    switch request.path {
    case "/echo": .text(String(decoding: request.body, as: UTF8.self))
    case "/ticks":
        .serverSentEvents { writer in
            for number in 1...3 { try await writer.send(HTTPServerSentEvent(data: "\(number)")) }
        }
    default: .text("Not here\n", status: .notFound)
    }
}
print("listens on", try await server.start())
print(await server.statistics.openConnections, "connections")
await server.stop(drain: .seconds(1))
