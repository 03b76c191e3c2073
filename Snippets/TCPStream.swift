//! Sends a line over TLS or TCP, and prints what comes back, by tasks and without them.

import EventLoops
import Network

/// By tasks: each call waits until it is done.
func talk(to endpoint: ByteStream.Endpoint, on loop: EventLoop) async throws(NetworkError) {
    let stream = try await ByteStream.connect(to: endpoint, timeout: .seconds(10), executor: loop)
    try await stream.send(Array("hello\r\n".utf8))
    while let bytes = try await stream.receive(upTo: 4096) {
        print(String(decoding: bytes, as: UTF8.self), terminator: "")
    }
    await stream.close()
}

/// Without tasks: an actor of the stream's loop is called with what arrives, and no call changes threads.
actor Listener: EventLoopActor {
    nonisolated let executor: EventLoop
    private let stream: ByteStream

    init(_ stream: ByteStream) {
        self.stream = stream
        executor = stream.executor
    }

    func start() {
        stream.assumeIsolated { stream in
            stream.deliverInput { [weak self] input in self?.assumeIsolated { $0.received(input) } }
            stream.send(Array("hello\r\n".utf8)) { error in
                if let error { print("not sent: \(error)") }
            }
        }
    }

    private func received(_ input: ByteStream.Input) {
        switch input {
        case .bytes(let bytes): print(bytes.count, "bytes")
        case .end: print("the end")
        case .failure(let error): print(error)
        }
    }
}

if CommandLine.arguments.count == 3, let port = UInt16(CommandLine.arguments[2]) {
    let endpoint = ByteStream.Endpoint(host: CommandLine.arguments[1], port: port, tls: TLSConfiguration())
    let loop = EventLoop(label: "example")
    try await talk(to: endpoint, on: loop)

    let listener = Listener(try await ByteStream.connect(to: endpoint, timeout: .seconds(10), executor: loop))
    await listener.start()
    try await Task.sleep(for: .seconds(5))
} else {
    print("usage: TCPStream HOST PORT")
}
