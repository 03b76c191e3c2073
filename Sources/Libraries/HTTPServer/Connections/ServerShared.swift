import EventLoops
import HTTPMessages
import HTTPWire
import Synchronization

/// What all event loops of a server share.
final class ServerShared: Sendable {
    let configuration: HTTPServerConfiguration
    let limits: RequestLimits
    let handler: @Sendable (HTTPRequest) async -> HTTPResponse
    let counts = ServerCounts()
    /// For connections that are made from now on; nil for plain HTTP.
    let tls: Mutex<TLSContext?>

    init(
        _ configuration: HTTPServerConfiguration, tls: TLSContext?,
        handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
    ) {
        self.configuration = configuration
        self.handler = handler
        self.tls = Mutex(tls)
        limits = RequestLimits(configuration)
    }

    /// How many bytes of bodies may still be held.
    var bodyRoom: Int {
        configuration.maxBufferedBodyBytes - counts.bufferedBodyBytes.load(ordering: .relaxed)
    }

    /// How many bytes of answers may still wait.
    var answerRoom: Int {
        configuration.maxBufferedAnswerBytes - counts.bufferedAnswerBytes.load(ordering: .relaxed)
    }
}

/// The counts behind ``HTTPServerStatistics``, changed by all loops.
final class ServerCounts: Sendable {
    let openConnections = Atomic(0)
    let acceptedConnections = Atomic(0)
    let refusedConnections = Atomic(0)
    let servedRequests = Atomic(0)
    let refusedRequests = Atomic(0)
    let runningHandlers = Atomic(0)
    let bufferedBodyBytes = Atomic(0)
    let bufferedAnswerBytes = Atomic(0)
    let openStreams = Atomic(0)
    /// Counted only where the configuration bounds them.
    private let connectionsOfAddress = Mutex<[String: Int]>([:])

    var statistics: HTTPServerStatistics {
        var statistics = HTTPServerStatistics()
        statistics.openConnections = openConnections.load(ordering: .relaxed)
        statistics.acceptedConnections = acceptedConnections.load(ordering: .relaxed)
        statistics.refusedConnections = refusedConnections.load(ordering: .relaxed)
        statistics.servedRequests = servedRequests.load(ordering: .relaxed)
        statistics.refusedRequests = refusedRequests.load(ordering: .relaxed)
        statistics.runningHandlers = runningHandlers.load(ordering: .relaxed)
        statistics.bufferedBodyBytes = bufferedBodyBytes.load(ordering: .relaxed)
        statistics.bufferedAnswerBytes = bufferedAnswerBytes.load(ordering: .relaxed)
        statistics.openStreams = openStreams.load(ordering: .relaxed)
        return statistics
    }

    /// Counts a connection of an address, unless it has so many already.
    func add(connectionOf address: HTTPAddress, bound: Int) -> Bool {
        connectionsOfAddress.withLock { counts in
            guard counts[address.host, default: 0] < bound else { return false }
            counts[address.host, default: 0] += 1
            return true
        }
    }

    /// Counts a connection of an address no more.
    func remove(connectionOf address: HTTPAddress) {
        connectionsOfAddress.withLock { counts in
            guard let count = counts[address.host] else { return }
            counts[address.host] = count > 1 ? count - 1 : nil
        }
    }
}

extension Atomic<Int> {
    func add(_ count: Int) {
        _ = wrappingAdd(count, ordering: .relaxed)
    }
}

extension RequestLimits {
    fileprivate convenience init(_ configuration: HTTPServerConfiguration) {
        let timeouts = configuration.timeouts
        self.init(
            maxHeaderBytes: configuration.maxHeaderBytes, maxHeaderFields: configuration.maxHeaderFields,
            maxBodyBytes: configuration.maxBodyBytes, bodyLimit: configuration.bodyLimit,
            times: Times(
                head: timeouts.head.nanoseconds, body: timeouts.body.nanoseconds,
                handler: timeouts.handler.nanoseconds, write: timeouts.write.nanoseconds,
                whole: timeouts.whole.nanoseconds, idle: timeouts.idle.nanoseconds))
    }
}

extension Duration {
    /// Whole nanoseconds, at least 0.
    var nanoseconds: Int64 { max(0, wholeNanoseconds) }
}
