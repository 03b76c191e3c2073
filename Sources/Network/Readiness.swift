import Dispatch

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Waits for a socket to become readable or writable, and costs nothing while nobody waits.
///
/// Not safe across threads: its owner is an actor on the queue that the events come on.
final class Readiness {
    private let source: any DispatchSourceProtocol
    private var isArmed = false
    private var isCancelled = false

    /// What is waited for.
    enum Event {
        case readable, writable
    }

    /// - Parameter socket: is duplicated, since libcurl may close its own at any time, and a descriptor must stay open
    ///   until the source has let go of it.
    init(
        _ event: Event, of socket: Int32, queue: DispatchQueue, handler: @escaping @Sendable () -> Void
    ) throws(NetworkError) {
        let descriptor = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else {
            throw NetworkError(.failed, "no file descriptor is free for a connection (error \(errno))")
        }
        source =
            switch event {
            case .readable: DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
            case .writable: DispatchSource.makeWriteSource(fileDescriptor: descriptor, queue: queue)
            }
        source.setEventHandler(handler: handler)
        source.setCancelHandler { close(descriptor) }
    }

    deinit {
        cancel()
    }

    /// The handler is called when the event comes, and again until ``disarm()``.
    func arm() {
        guard !isArmed, !isCancelled else { return }
        isArmed = true
        source.resume()
    }

    /// No more events.
    func disarm() {
        guard isArmed, !isCancelled else { return }
        isArmed = false
        source.suspend()
    }

    /// No more events ever; the descriptor is closed soon.
    func cancel() {
        guard !isCancelled else { return }
        isCancelled = true
        source.cancel()
        // A suspended source never gets to its cancel handler.
        if !isArmed { source.resume() }
    }
}
