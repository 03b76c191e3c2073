import HTTPWire

/// The stream that a connection is sending.
struct OutgoingStream {
    let pipe: BodyPipe
    let heartbeat: HTTPBodyStream.Heartbeat?
    let endsAtStop: Bool
    /// How many bytes may wait in the pipe.
    let bufferSize: Int
    let producer: Task<Void, Never>
}

extension Connection {
    /// Starts the producer of a stream whose head is on its way.
    func begin(_ body: HTTPBodyStream) {
        let pipe = BodyPipe(capacity: body.bufferSize) { [access = table.access, key, number = machine.requestNumber] in
            access.schedule { $0.streamReady(key, number) }
        }
        // Not a child of anything: it is cancelled by this connection, and ended through the pipe.
        let producer = Task {
            do {
                try await body.produce(HTTPBodyWriter(pipe: pipe))
                pipe.finish(failed: false)
            } catch {
                pipe.finish(failed: true)
            }
        }
        stream = OutgoingStream(
            pipe: pipe, heartbeat: body.heartbeat, endsAtStop: body.endsAtStop, bufferSize: body.bufferSize,
            producer: producer)
        table.shared.counts.openStreams.add(1)
        if body.endsAtStop, machine.isDraining { failStream(.serverStopping) }
        if machine.hasPeerHungUp { failStream(.clientGone) }
    }

    /// Sends what the producer has written, once.
    func pump(_ stream: OutgoingStream) -> RequestAction? {
        let now = table.now
        switch table.input.withUnsafeMutableBytes({ stream.pipe.read(into: $0) }) {
        case .bytes(let count):
            table.clearOutput()
            machine.stream(table.input[..<count], now: now, output: &table.output)
            return transmit()
        case .empty:
            machine.streamIsDry(heartbeat: stream.heartbeat?.interval.nanoseconds, now: now)
            return nil
        case .finished:
            endStream(.finished)
            let action = ask { machine, output in machine.streamEnded(failed: false, now: now, output: &output) }
            // Without chunks, no byte marks the end.
            if case .wait = action { return whenSent() }
            return action
        case .failed:
            endStream(.clientGone)
            return ask { machine, output in machine.streamEnded(failed: true, now: now, output: &output) }
        }
    }

    /// The stream was silent for its interval.
    func beat() -> RequestAction {
        if let stream, let heartbeat = stream.heartbeat { _ = stream.pipe.insertHeartbeat(heartbeat.bytes) }
        return .wait
    }

    /// Has the stream fail. Its producer learns why: the pipe is closed before the task is cancelled.
    func failStream(_ error: HTTPBodyWriteError) {
        stream?.pipe.close(error)
        stream?.producer.cancel()
    }

    /// Lets go of the stream.
    func endStream(_ error: HTTPBodyWriteError) {
        guard stream != nil else { return }
        failStream(error)
        stream = nil
        table.shared.counts.openStreams.add(-1)
    }
}
