import CMicrohttpd
import EventLoops
import Glibc

/// Tells when a client closes its side. libmicrohttpd does not look at a connection while its handler works or its
/// stream is dry. Each socket is added once, for that event only, so that requests cost nothing here.
final class HangupWatch {
    private let descriptor: Int32
    private let watch: DescriptorWatch

    init(engineAccess: EngineAccess) throws(HTTPServerError) {
        descriptor = cmicrohttpd_hangups_open()
        guard descriptor >= 0 else { throw .system(call: "epoll_create1", errno: errno) }
        watch = engineAccess.watch(descriptor) { [descriptor] engine in
            engine.peersHungUp(Self.pending(descriptor))
        }
        watch.arm()
    }

    func add(_ connection: Connection) {
        _ = cmicrohttpd_hangups_add(descriptor, connection.descriptor, connection.id)
    }

    func remove(_ connection: Connection) {
        _ = cmicrohttpd_hangups_remove(descriptor, connection.descriptor)
    }

    func cancel() {
        watch.cancel()
        close(descriptor)
    }

    /// Some of the events that wait; the watch comes back while there are more.
    private static func pending(_ descriptor: Int32) -> [UInt64] {
        [UInt64](unsafeUninitializedCapacity: 64) { ids, count in
            count = Int(cmicrohttpd_hangups_take(descriptor, ids.baseAddress, Int32(ids.count)))
        }
    }
}
