import CMicrohttpd
import EventLoops
import Glibc

/// One daemon of libmicrohttpd in its external epoll mode: it only ever works inside `run`, `add` and `stop`, on the
/// server's loop, and so do its callbacks.
///
/// It has no listening socket: the engine accepts, which the library does badly (it stops at its limit without a word
/// to the client, and spins when descriptors run out).
final class Daemon {
    /// A socket on its way into the library.
    struct Incoming {
        let id: UInt64
        let descriptor: Int32
        let address: HTTPAddress
    }

    unowned let engine: Engine
    let isTLS: Bool
    /// Whether answers end their connections.
    var isDraining = false
    var openConnections = 0

    private var pointer: OpaquePointer?
    private var watch: DescriptorWatch?
    private var incoming: Incoming?
    private var pem: [UnsafeMutablePointer<CChar>] = []

    init(engine: Engine, tls: HTTPServerTLS?) throws(HTTPServerError) {
        self.engine = engine
        isTLS = tls != nil
        if let tls {
            pem = try [Self.copy(tls.privateKey), Self.copy(tls.certificateChain)]
        }
        // Suspended requests leave epoll. 0.9.75 knows MHD_USE_ERROR_LOG as the only way to be silent: leave it out.
        var flags = MHD_USE_EPOLL.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue | MHD_USE_NO_LISTEN_SOCKET.rawValue
        if isTLS { flags |= MHD_USE_TLS.rawValue }
        // Released in `stop`, when the library has made its last call.
        let context = Unmanaged.passRetained(self).toOpaque()
        pointer = cmicrohttpd_start(
            flags, onAccess, onTarget, onCompleted, onConnection, context,
            ConnectionMemory(engine.configuration).size, UInt32(Int32.max), pem.first, pem.last)
        guard let pointer else {
            freePEM()
            Unmanaged<Daemon>.fromOpaque(context).release()
            throw isTLS ? .invalidCertificate : .libraryFailed
        }
        let watch = engine.engineAccess.watch(cmicrohttpd_epoll_descriptor(pointer)) { $0.turn() }
        watch.arm()
        self.watch = watch
    }

    /// Hands over a socket, which belongs to the library from now on.
    func add(_ incoming: Incoming, from peer: SocketAddress) {
        self.incoming = incoming
        _ = peer.withPointer { MHD_add_connection(pointer, incoming.descriptor, $0, $1) }
        if self.incoming != nil {
            // Refused before it became a connection, for want of memory.
            self.incoming = nil
            engine.forget(addressOf: incoming.address)
        }
    }

    /// Lets the library work once. Returns whether it has more to do.
    func run() -> Bool {
        MHD_run(pointer)
        var timeout: UInt64 = 0
        return MHD_get_timeout(pointer, &timeout) == .YES && timeout == 0
    }

    /// Frees the daemon; no connection of it may be suspended, or the library would abort.
    func stop() {
        guard let pointer else { return }
        self.pointer = nil
        // The library closes the descriptor.
        watch?.cancel()
        MHD_stop_daemon(pointer)
        freePEM()
        Unmanaged.passUnretained(self).release()
    }

    // MARK: What the library calls

    fileprivate func connectionStarted(_ handle: OpaquePointer) -> Connection? {
        guard let incoming else { return nil }
        self.incoming = nil
        openConnections += 1
        let connection = Connection(incoming, handle: handle, daemon: self)
        engine.add(connection)
        return connection
    }

    fileprivate func connectionClosed(_ connection: Connection) {
        openConnections -= 1
        connection.closed()
        engine.remove(connection)
    }

    // MARK: Certificates

    /// A copy that ends with a NUL and stays where it is.
    private static func copy(_ pem: [UInt8]) throws(HTTPServerError) -> UnsafeMutablePointer<CChar> {
        guard !pem.contains(0) else { throw .invalidCertificate }
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: pem.count + 1)
        for (index, byte) in pem.enumerated() { copy[index] = CChar(bitPattern: byte) }
        copy[pem.count] = 0
        return copy
    }

    private func freePEM() {
        for copy in pem {
            // The first is the private key.
            explicit_bzero(copy, strlen(copy))
            copy.deallocate()
        }
        pem = []
    }
}

/// What the library has for a connection, once: it keeps a request's head in it and builds the answer's beside that. An
/// answer that finds no room is not sent, and its request has been handled all the same.
struct ConnectionMemory {
    /// In bytes.
    let size: Int
    /// Kept for the answer's head.
    private static let answer = 2_048
    /// What the library notes of each field, beside its bytes.
    private static let field = 64

    init(_ configuration: HTTPServerConfiguration) {
        size = configuration.maxHeaderBytes + max(configuration.maxHeaderBytes / 2, 4_096)
    }

    /// Whether a request's head leaves room for the answer's.
    func holds(headOf bytes: Int, fields: Int) -> Bool {
        bytes + fields * Self.field + Self.answer <= size
    }
}

// The callbacks are formed here, outside of any isolation: on the server's loop Swift would trap in an isolated one.

private let onConnection: MHD_NotifyConnectionCallback = { context, handle, slot, event in
    guard let context, let handle, let slot else { return }
    let daemon = Unmanaged<Daemon>.fromOpaque(context).takeUnretainedValue()
    if event == .CONNECTION_NOTIFY_STARTED {
        slot.pointee = daemon.connectionStarted(handle).map { Unmanaged.passRetained($0).toOpaque() }
    } else if let connection = slot.pointee {
        slot.pointee = nil
        daemon.connectionClosed(Unmanaged<Connection>.fromOpaque(connection).takeRetainedValue())
    }
}

/// Called when the request line is read. What it returns is the request's context in the callbacks below.
private let onTarget: CMicrohttpdTargetCallback = { _, target, handle in
    guard let handle, let connection = cmicrohttpd_socket_context(handle) else { return nil }
    Unmanaged<Connection>.fromOpaque(connection).takeUnretainedValue().targetReceived(target)
    return connection
}

/// Called once for the head, once for each piece of the body, and again when the request is whole or is resumed.
private let onAccess: MHD_AccessHandlerCallback = { _, _, target, method, version, piece, pieceSize, request in
    guard let request = request?.pointee, let target, let method, let version, let pieceSize else { return .NO }
    let connection = Unmanaged<Connection>.fromOpaque(request).takeUnretainedValue()
    if let piece, pieceSize.pointee > 0 {
        let goesOn = connection.bodyReceived(UnsafeRawBufferPointer(start: piece, count: pieceSize.pointee))
        pieceSize.pointee = 0
        return goesOn ? .YES : .NO
    }
    return connection.called(target: target, method: method, version: version) ? .YES : .NO
}

private let onCompleted: MHD_RequestCompletedCallback = { _, _, request, reason in
    guard let request = request?.pointee else { return }
    Unmanaged<Connection>.fromOpaque(request).takeUnretainedValue()
        .requestCompleted(normally: reason == .REQUEST_TERMINATED_COMPLETED_OK)
}
