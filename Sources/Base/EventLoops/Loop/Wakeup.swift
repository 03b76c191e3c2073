import CLinux
import Glibc

/// Ends the wait of a loop's thread, from any other thread.
final class Wakeup: Sendable {
    /// Is readable from a call of ``wake()`` until ``reset()``.
    let descriptor: Int32

    init() {
        descriptor = clinux_eventfd()
        precondition(descriptor >= 0, "no descriptor is left for an event loop (error \(errno))")
    }

    deinit {
        close(descriptor)
    }

    func wake() {
        eventfd_write(descriptor, 1)
    }

    func reset() {
        var count: eventfd_t = 0
        eventfd_read(descriptor, &count)
    }
}
