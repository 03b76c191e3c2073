import BoltWire
import Bytes
import Connections
import EventLoops
import Network

/// Reading, writing, and what messages mean.
extension BoltConnection: StreamOwner {
    var queuedBytes: Int { machine.bytesToSend }

    func takeQueued() -> [UInt8] {
        let bytes = machine.take()
        write = (bytes.count, .now)
        return bytes
    }

    func written(_ error: NetworkError?) {
        write = nil
        machine.written(at: .now)
        if let error { return end(lost("the connection to \(server) broke: \(error.message)")) }
        if queuedBytes > 0 || life.reason != nil { wakeWriter() }
    }

    func nothingToWrite() {
        if let reason = life.reason { end(reason) }
    }

    func lost(_ message: String) -> BoltError { BoltError(.connectionLost, message) }

    func received(_ input: ByteStream.Input) {
        guard !life.isEnded else { return }
        switch input {
        case .end: return end(lost("\(server) closed the connection: waiting for \(machine.stage)"))
        case .failure(let error): return end(lost("the connection to \(server) broke: \(error.message)"))
        case .bytes(let bytes):
            do throws(BoltWireError) {
                try machine.received(bytes, at: .now)
                while let event = try machine.next() { received(event) }
            } catch {
                end(BoltError(error, with: server))
            }
        }
        for result in resultsWithNews { result.wake() }
        resultsWithNews.removeAll(keepingCapacity: true)
        if machine.hasEnded, !life.isEnded { end(lost("\(server) ended the connection")) }
        if isPatient { stream.assumeIsolated { $0.pauseInput(for: Self.inputPause) } }
        // The handshake's answer brings HELLO.
        if queuedBytes > 0 { wakeWriter() }
    }

    /// A server answers query by query, and each answer that is waited for wakes this side, at the expense of both.
    private static var inputPause: Duration { .milliseconds(1) }

    private func received(_ event: ConnectionEvent) {
        switch event {
        case .opened: opened()
        case .refused(let failure): end(BoltError(failure, by: server))
        case .record(let values, let request):
            guard case .records(let result)? = waiters[request] else { return }
            if result.append(values) { resultsWithNews.append(result) }
        case .succeeded(let request, let answer): succeeded(waiters.removeValue(forKey: request), answer)
        case .failed(let request, let failure):
            fail(waiters.removeValue(forKey: request), BoltError(failure, by: server))
        case .ignored(let request, let failure):
            let reason = failure.map { BoltError($0, by: server) }
            fail(waiters.removeValue(forKey: request), reason ?? BoltError(.closed, "the request was taken back"))
        }
    }

    private func succeeded(_ waiter: Waiter?, _ answer: ConnectionEvent.Answer) {
        switch (waiter, answer) {
        case (.answer(let once)?, _): once.resume(returning: .success(answer))
        case (.run(let result)?, .running(let summary)):
            result.run(summary.fields)
        case (.records(let result)?, .result(let summary)):
            result.isAsked = false
            result.hasMore = summary.hasMore
            if summary.hasMore { pull(result) } else { result.finish(.success(summary)) }
        default: break
        }
    }
}
