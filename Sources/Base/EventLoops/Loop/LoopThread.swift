import Glibc

/// Starts the threads of event loops.
enum LoopThread {
    private final class Start: Sendable {
        let label: String
        let body: @Sendable () -> Void

        init(label: String, body: @escaping @Sendable () -> Void) {
            self.label = label
            self.body = body
        }

        func run() {
            // pthread_setname_np is a GNU extension, which Swift does not import.
            let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
            if file >= 0 {
                let name = Array(label.utf8.prefix(15))
                _ = write(file, name, name.count)
                close(file)
            }
            body()
        }
    }

    /// The identity of the calling thread among the running threads of the process.
    static var current: UInt {
        UInt(pthread_self())
    }

    /// Runs `body` on a new thread that handles no signals: those are for the rest of the process.
    static func start(label: String, _ body: @escaping @Sendable () -> Void) {
        var (all, before) = (sigset_t(), sigset_t())
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let context = Unmanaged.passRetained(Start(label: label, body: body)).toOpaque()
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<Start>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, context)
        precondition(code == 0, "no thread can be started (error \(code))")
        pthread_detach(thread)
    }
}
