import CMicrohttpd
import Dispatch
import Glibc

/// Tells when a client closes its side. libmicrohttpd does not look at a connection while its handler works or its
/// stream is dry. Each socket is added once, for that event only, so that requests cost nothing here.
final class HangupWatch {
    private let descriptor: Int32
    private let source: any DispatchSourceRead

    init(entrance: Entrance) throws(HTTPServerError) {
        descriptor = cmicrohttpd_hangups_open()
        guard descriptor >= 0 else { throw .system(call: "epoll_create1", errno: errno) }
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: entrance.queue)
        let descriptor = descriptor
        source.setEventHandler {
            entrance.enter { engine in
                for id in Self.pending(descriptor) { engine.peerHungUp(id) }
            }
        }
        source.setCancelHandler { close(descriptor) }
        source.activate()
    }

    func add(_ connection: Connection) {
        _ = cmicrohttpd_hangups_add(descriptor, connection.descriptor, connection.id)
    }

    func remove(_ connection: Connection) {
        _ = cmicrohttpd_hangups_remove(descriptor, connection.descriptor)
    }

    func cancel() {
        source.cancel()
    }

    /// Some of the events that wait; the source comes back while there are more.
    private static func pending(_ descriptor: Int32) -> [UInt64] {
        [UInt64](unsafeUninitializedCapacity: 64) { ids, count in
            count = Int(cmicrohttpd_hangups_take(descriptor, ids.baseAddress, Int32(ids.count)))
        }
    }
}
