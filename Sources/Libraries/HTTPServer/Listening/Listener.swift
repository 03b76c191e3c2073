import CLinux
import EventLoops
import Glibc
import HTTPMessages
import HTTPWire
import Synchronization

/// The listening socket: accepts connections and deals them to the server's loops. Accepting pauses when descriptors or
/// memory run out.
///
/// Lives in the actor ``HTTPServer``, on the first loop.
final class Listener {
    let address: HTTPAddress
    private let descriptor: Int32
    private let shared: ServerShared
    private let loops: [ServerLoop]
    private let maxConnections: Int
    private var watch: DescriptorWatch?
    private var isPaused = false
    private var lastID: UInt64 = 0
    /// Has `resumeIfPaused` called after a moment.
    private let resumeLater: () -> Void

    /// How many connections are accepted at once, so that a rush of new clients does not keep the others waiting.
    private static let acceptedPerTurn = 64

    /// Binds the socket and listens.
    init(
        _ shared: ServerShared, loops: [ServerLoop], resumeLater: @escaping () -> Void
    ) throws(HTTPServerError) {
        let configuration = shared.configuration
        let descriptor = try ListeningSocket.open(
            host: configuration.host, port: configuration.port, backlog: configuration.backlog)
        do throws(HTTPServerError) {
            address = try ListeningSocket.boundAddress(of: descriptor)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        self.shared = shared
        self.loops = loops
        self.resumeLater = resumeLater
        let descriptors = Self.descriptorLimit()
        let bound = max(1, descriptors - Self.margin(of: descriptors))
        maxConnections = min(configuration.maxConnections, bound)
        if bound < configuration.maxConnections {
            let needed = configuration.maxConnections + Self.margin(of: .max)
            configuration.report(.connectionsBounded(to: bound, neededDescriptors: needed))
        }
    }

    /// Has `ready` called, which calls ``acceptConnections()``, whenever a connection waits.
    func begin(on loop: EventLoop, ready: @escaping @Sendable () -> Void) {
        watch = loop.watch(descriptor, for: .readable, handler: ready)
        watch?.arm()
    }

    /// Accepts what waits, up to a bound.
    func acceptConnections() {
        for _ in 0..<Self.acceptedPerTurn {
            guard let (descriptor, peer) = accept() else { return }
            lastID += 1
            let address = peer.address
            let refusal = refusal(for: address)
            if refusal == nil {
                shared.counts.acceptedConnections.add(1)
                // Counted here, since the loop that serves it may be busy.
                shared.counts.openConnections.add(1)
            } else {
                shared.counts.refusedConnections.add(1)
            }
            let accepted = AcceptedSocket(id: lastID, descriptor: descriptor, address: address, refusal: refusal)
            LoopAccess(loop: loops[Int(lastID % UInt64(loops.count))]).call { $0.serve(accepted) }
        }
    }

    private func refusal(for address: HTTPAddress) -> HTTPRefusal? {
        if shared.counts.openConnections.load(ordering: .relaxed) >= maxConnections {
            shared.configuration.report(.connectionRefused(limit: maxConnections))
            return HTTPRefusal(.tooManyConnections, detail: "The server has too many connections.")
        }
        if let bound = shared.configuration.maxConnectionsPerAddress,
            !shared.counts.add(connectionOf: address, bound: bound)
        {
            return HTTPRefusal(
                .tooManyConnectionsOfAddress, detail: "There are too many connections from this address.")
        }
        return nil
    }

    /// The next connection; nil when none waits or accepting had to pause.
    private func accept() -> (descriptor: Int32, peer: SocketAddress)? {
        while !isPaused {
            var client: Int32 = -1
            let peer = SocketAddress {
                client = clinux_accept4(descriptor, $0, $1, Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue))
                return client
            }
            if let peer { return (client, peer) }
            switch errno {
            case EAGAIN: return nil
            // These concern that connection alone, which has gone again.
            case EINTR, ECONNABORTED, EPROTO, ENETDOWN, ENETUNREACH, EHOSTDOWN, EHOSTUNREACH, ENOPROTOOPT, EOPNOTSUPP,
                ENONET:
                continue
            // Descriptors or memory have run out, or the connection stays in the backlog.
            default:
                shared.configuration.report(.acceptingPaused(errno: errno))
                pause()
            }
        }
        return nil
    }

    /// Clients wait in the backlog until a connection closes or a moment has passed.
    private func pause() {
        isPaused = true
        watch?.disarm()
        resumeLater()
    }

    func resumeIfPaused() {
        if !isPaused { return }
        isPaused = false
        watch?.arm()
    }

    func cancel() {
        watch?.cancel()
        close(descriptor)
    }

    private static func descriptorLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
        return Int(clamping: limit.rlim_cur)
    }

    /// How many of the descriptors are left for what else the process opens.
    private static func margin(of descriptors: Int) -> Int {
        min(512, descriptors / 4)
    }
}
