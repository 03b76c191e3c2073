import EventLoops
import Glibc
import HTTPMessages
import HTTPWire

/// The connections of one event loop, their deadlines, and what they share.
///
/// It lives in the actor ``ServerLoop``, and all of it runs on that actor's loop.
final class ConnectionTable {
    /// Names a connection, also after it has gone.
    struct Key: Sendable {
        let slot: Int
        let id: UInt64
    }

    /// How late a deadline may be noticed: what it spares is a timer moved with every request.
    private static let clockGrain: Int64 = 50_000_000
    /// Bounds the descriptors that clients can hold which were turned away.
    private static let maxTurnedAway = 128
    /// How much memory is kept for answers.
    private static let keptOutput = 262_144
    /// How many bytes are read at a time.
    static let inputSize = 65_536

    let access: LoopAccess
    let shared: ServerShared
    private(set) var now = MonotonicClock.nanoseconds()
    /// What is read goes here first, for all connections.
    var input = [UInt8](repeating: 0, count: inputSize)
    /// What is to be sent is put together here, for all connections.
    var output: [UInt8] = []
    private var date = HTTPDate()

    private var slots: [Connection?] = []
    private var freeSlots: [Int] = []
    private var count = 0
    private var turnedAway = 0
    private var timer: EventLoopTimer?
    private var timerFiresAt = Int64.max
    private var stopping: Stopping?
    /// Called when a connection has closed, so that a listener which has run out of descriptors goes on.
    var connectionClosed: (() -> Void)?

    private struct Stopping {
        /// When handlers are cancelled and connections cut.
        let deadline: Int64
        var hasCut = false
        var finish: [() -> Void]
    }

    init(_ access: LoopAccess) {
        self.access = access
        shared = access.shared
    }

    /// The last event may be long ago.
    func readClock() {
        now = MonotonicClock.nanoseconds()
    }

    /// The date for an answer.
    func dateText() -> [UInt8] {
        date.text(at: Int64(time(nil)))
    }

    /// Empties the output, and keeps its memory unless an unusually large answer was in it.
    func clearOutput() {
        Self.clear(&output)
    }

    /// A function of the array alone, which costs one access to the table's property.
    private static func clear(_ output: inout [UInt8]) {
        if output.capacity > keptOutput { output = [] } else { output.removeAll(keepingCapacity: true) }
    }

    // MARK: - Connections

    /// Serves a socket that was accepted, and closes it from now on, whatever happens.
    func serve(_ accepted: AcceptedSocket) {
        readClock()
        let slot = freeSlots.popLast() ?? slots.count
        if slot == slots.count { slots.append(nil) }
        let connection = Connection(accepted, slot: slot, table: self)
        slots[slot] = connection
        count += 1
        if accepted.refusal != nil { turnedAway += 1 }
        let key = connection.key
        let watch = access.loop.executor.watchChanges(of: accepted.descriptor) { [access] changes in
            access.changed(key, changes)
        }
        connection.begin(watch, turnedAwayWith: accepted.refusal, lingers: turnedAway <= Self.maxTurnedAway)
        if let stopping, !stopping.hasCut { connection.drain() }
    }

    /// The connection has closed its socket.
    func remove(_ connection: Connection) {
        slots[connection.key.slot] = nil
        freeSlots.append(connection.key.slot)
        count -= 1
        if connection.wasTurnedAway {
            turnedAway -= 1
        } else {
            shared.counts.openConnections.add(-1)
            if shared.configuration.maxConnectionsPerAddress != nil {
                shared.counts.remove(connectionOf: connection.address)
            }
        }
        connectionClosed?()
        if count == 0 { finishStopping() }
    }

    private func find(_ key: Key) -> Connection? {
        // A handler may return when its table has gone.
        guard key.slot < slots.count, let connection = slots[key.slot], connection.key.id == key.id else { return nil }
        return connection
    }

    /// The readiness of a connection's socket has changed.
    func changed(_ key: Key, _ changes: ReadinessWatch.Changes) {
        guard let connection = find(key) else { return }
        readClock()
        connection.changed(changes)
    }

    /// A handler has returned.
    ///
    /// - Parameter bodySize: The size of the request's body, which the handler has held.
    func answered(_ key: Key, _ request: UInt64, _ response: HTTPResponse, bodySize: Int) {
        shared.counts.runningHandlers.add(-1)
        shared.counts.bufferedBodyBytes.add(-bodySize)
        guard let connection = find(key) else { return }
        readClock()
        connection.answered(request, response)
    }

    /// A stream that had run dry has bytes again, or has ended.
    func streamReady(_ key: Key, _ request: UInt64) {
        guard let connection = find(key) else { return }
        readClock()
        connection.streamReady(request)
    }

    /// Has a connection go on behind what the loop has to do already.
    func proceedLater(_ key: Key) {
        access.schedule { table in
            guard let connection = table.find(key) else { return }
            table.readClock()
            connection.proceed(.wait)
        }
    }

    // MARK: - Deadlines

    /// Sees to it that deadlines are looked at soon after this one.
    func arm(_ deadline: Int64) {
        let fire = max(deadline, now + Self.clockGrain)
        // Compared with what is armed: a deadline that has passed meanwhile must not move the timer away again and again.
        if fire >= timerFiresAt { return }
        timerFiresAt = fire
        if let timer { access.cancel(timer) }
        timer = access.schedule(after: timerFiresAt - now) { $0.sweep() }
    }

    /// Looks at every deadline. Between sweeps a deadline is only a number, which each request moves several times.
    private func sweep() {
        readClock()
        cancelTimer()
        cutIfTime()
        var next = stopping.map { $0.hasCut ? .max : $0.deadline } ?? .max
        for index in slots.indices {
            guard let connection = slots[index] else { continue }
            if connection.deadline <= now { connection.deadlinePassed() }
            if slots[index] === connection { next = min(next, connection.deadline) }
        }
        if next != .max { arm(next) }
    }

    private func cancelTimer() {
        if let timer { access.cancel(timer) }
        timer = nil
        timerFiresAt = .max
    }

    // MARK: - Stopping

    /// Lets go of what holds the server, once all connections are closed.
    func close() {
        cancelTimer()
        connectionClosed = nil
    }

    /// Begins to stop, or joins the stop under way; `finish` is called once all connections are closed.
    func stop(drain: Duration, then finish: @escaping () -> Void) {
        guard count > 0 else {
            finish()
            return
        }
        readClock()
        if stopping == nil {
            let (deadline, isEndless) = now.addingReportingOverflow(drain.nanoseconds)
            stopping = Stopping(deadline: isEndless ? .max : deadline, finish: [finish])
        } else {
            stopping?.finish.append(finish)
            return
        }
        for connection in slots { connection?.drain() }
        if let stopping { arm(stopping.deadline) }
    }

    private func cutIfTime() {
        guard let deadline = stopping?.deadline, stopping?.hasCut == false, deadline <= now else { return }
        stopping?.hasCut = true
        for connection in slots { connection?.cut() }
    }

    private func finishStopping() {
        guard let finish = stopping?.finish else { return }
        stopping?.finish = []
        for finish in finish { finish() }
    }
}
