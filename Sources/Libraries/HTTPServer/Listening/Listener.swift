import CMicrohttpd
import EventLoops
import Glibc

/// The listening socket and its watch. Accepting pauses when descriptors or memory run out.
final class Listener {
    let address: HTTPAddress
    let maxConnections: Int
    private let descriptor: Int32
    private let watch: DescriptorWatch
    private var pausedUntil: UInt64?

    init(configuration: HTTPServerConfiguration, engineAccess: EngineAccess) throws(HTTPServerError) {
        descriptor = try ListeningSocket.open(
            host: configuration.host, port: configuration.port, backlog: configuration.backlog)
        do throws(HTTPServerError) {
            address = try ListeningSocket.boundAddress(of: descriptor)
        } catch {
            close(descriptor)
            throw error
        }
        maxConnections = min(configuration.maxConnections, Self.connectionsWithinDescriptorLimit())
        watch = engineAccess.watch(descriptor) { $0.acceptConnections() }
        watch.arm()
    }

    /// The next connection; nil when none waits or accepting had to pause.
    func accept(engine: Engine) -> (descriptor: Int32, peer: SocketAddress)? {
        while pausedUntil == nil {
            var client: Int32 = -1
            let peer = SocketAddress {
                client = accept4(descriptor, $0, $1, Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue))
                return client
            }
            if let peer { return (client, peer) }
            switch errno {
            case EAGAIN: return nil
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: pause(engine: engine)
            // Anything else is of the connection, which has gone again.
            default: continue
            }
        }
        return nil
    }

    /// Clients wait in the backlog until a connection closes or a moment has passed.
    private func pause(engine: Engine) {
        let end = engine.now + 100_000_000
        pausedUntil = end
        watch.disarm()
        engine.arm(end)
    }

    func resumeIfPaused() {
        if pausedUntil == nil { return }
        pausedUntil = nil
        watch.arm()
    }

    /// When this has to be called again.
    func sweep(now: UInt64) -> UInt64 {
        if let pausedUntil, pausedUntil > now { return pausedUntil }
        resumeIfPaused()
        return .max
    }

    func cancel() {
        watch.cancel()
        close(descriptor)
    }

    /// Leaves a quarter of the descriptors, at most 512, for what else the process opens.
    private static func connectionsWithinDescriptorLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 512 }
        let descriptors = Int(clamping: limit.rlim_cur)
        return max(1, descriptors - min(512, descriptors / 4))
    }
}

extension Engine {
    /// Accepts what waits, up to a bound, so that a rush of new clients does not keep the others waiting.
    func acceptConnections() {
        guard let listener else { return }
        readClock()
        for _ in 0..<64 {
            guard let (descriptor, peer) = listener.accept(engine: self) else { break }
            let address = peer.address
            if statistics.openConnections >= listener.maxConnections {
                turnAway(
                    descriptor, HTTPRefusal(.tooManyConnections, detail: "The server has too many connections."))
            } else if let bound = configuration.maxConnectionsPerAddress,
                connectionsOfAddress[address.host, default: 0] >= bound
            {
                turnAway(
                    descriptor,
                    HTTPRefusal(
                        .tooManyConnectionsOfAddress, detail: "There are too many connections from this address."))
            } else {
                statistics.acceptedConnections += 1
                if configuration.maxConnectionsPerAddress != nil {
                    connectionsOfAddress[address.host, default: 0] += 1
                }
                serve(descriptor, from: peer, address: address)
            }
        }
        turn()
    }

    /// The connection that was counted for an address is no more.
    func forget(addressOf address: HTTPAddress) {
        guard let count = connectionsOfAddress[address.host] else { return }
        connectionsOfAddress[address.host] = count > 1 ? count - 1 : nil
    }

    /// Answers a socket that the library never sees, and closes it. With TLS it is only closed.
    private func turnAway(_ descriptor: Int32, _ refusal: HTTPRefusal) {
        statistics.refusedConnections += 1
        if configuration.tls == nil {
            RawAnswer.send(configuration.refusal(refusal), to: descriptor, withBody: true)
            linger(descriptor)
        } else {
            Glibc.close(descriptor)
        }
    }
}
