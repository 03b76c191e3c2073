import AMQPWire
import Connections
package import Network

extension AMQPConnection: StreamOwner {
    package var queuedBytes: Int { encoder.bytes.count }

    package func takeQueued() -> [UInt8] { encoder.take() }

    package func written(_ error: NetworkError?) {
        if let error { return end(lost("the connection broke: \(error)")) }
        heartbeat.sent(at: .now)
        pumpPublishes()
        if queuedBytes > 0 || machine.isClosed { wakeWriter() }
    }

    package func nothingToWrite() {
        if machine.isClosed, let reason = life.reason { end(reason) }
    }
}
