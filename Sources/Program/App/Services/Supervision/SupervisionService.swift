import Observability
import Platform
import Workers

/// Tells the supervisor that started this process what becomes of it: ready, alive, stopping.
///
/// The last service of a group: what it calls ready has started, and it says that the others will stop before they do.
struct SupervisionService: Service {
    /// How often the state is looked at where no watchdog wants to hear of it.
    static let look = Duration.seconds(10)
    /// How soon a message is sent again that the supervisor did not take.
    private static let pause = Duration.seconds(1)

    private let socket: SupervisorSocket
    private let interval: Duration
    private let initial: SupervisionState
    private let workers: @Sendable () async -> WorkersState
    private let log: Log

    /// - Parameters:
    ///   - activity: What the service does, as one line.
    ///   - workers: Returns how the workers are, after a turn of whatever else has to be alive; while it does not return, the
    ///     watchdog hears nothing.
    /// - Throws: ``SystemError`` if the address cannot be sent to.
    init(
        _ settings: SupervisionSettings, activity: String, log: Log,
        workers: @escaping @Sendable () async -> WorkersState
    ) throws(SystemError) {
        socket = try SupervisorSocket(address: settings.address)
        // systemd recommends half of the time: one message may be late.
        interval = settings.watchdog.map { $0 / 2 } ?? Self.look
        initial = SupervisionState(activity: activity, isWatched: settings.watchdog != nil)
        self.workers = workers
        self.log = log
    }

    func run() async {
        var state = initial
        var hasFailed = false
        while !Task.isCancelled {
            var following = state
            var pause = interval
            do throws(SystemError) {
                if let message = following.beat(await workers()) { try socket.send(message) }
                state = following
                hasFailed = false
            } catch {
                if !hasFailed { log(.warning, "the supervisor does not take messages", ["error": "\(error)"]) }
                hasFailed = true
                pause = min(interval, Self.pause)
            }
            try? await Task.sleep(for: pause)
        }
        // Who does not take this has gone, or ends the process for its own reasons.
        try? socket.send(state.stopping)
    }
}
