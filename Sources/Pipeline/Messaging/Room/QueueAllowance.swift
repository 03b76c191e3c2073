/// How many messages the work queues can still be given before the first of them is full: a value without a clock, a
/// lock or a broker.
///
/// A look at the queues gives an allowance, and each publication takes from it. What is under way during a look may not
/// be in what the look saw, and counts once more. So this process never sends more than there was room for, however
/// fast it publishes between two looks.
struct QueueAllowance {
    /// A look at the queues that is under way.
    struct Look {
        fileprivate let answered: Int
    }

    /// The queue that is fullest.
    struct Fullest: Hashable {
        var queue: String
        var ready: Int
    }

    /// The most messages that wait in a work queue (`x-max-length`).
    let limit: Int
    /// Where publishing ends. What lies above is for messages that come back, from workers that died and from delay
    /// queues, and for what other processes send between two looks.
    let capacity: Int
    private(set) var fullest: Fullest?
    /// How many messages were not let through since the last look.
    private(set) var refused = 0
    private var remaining = 0
    private var granted = 0
    private var answered = 0
    private var grantedBeforeLook = 0
    /// Why there was no look yet.
    private var blindness = "nobody has looked yet"
    /// Whether the broker answers, and never says how full its queues are.
    private var isBlind = false
    /// What was reported last.
    private var told = Told.flowing

    private enum Told { case flowing, full, blind }

    /// Nothing is let through before the first look.
    init(limit: Int) {
        self.limit = limit
        capacity = max(1, limit - limit / 10)
    }

    /// Takes what `count` messages need.
    ///
    /// - Parameter partly: whether the first of them may go where there is no room for all.
    /// - Returns: how many messages may be sent: the first ones, all, or none.
    mutating func take(_ count: Int, partly: Bool) -> Int {
        var sent = count
        if !isBlind, count > remaining {
            sent = partly ? max(0, remaining) : 0
            refused += count - sent
        }
        remaining -= sent
        granted += sent
        return sent
    }

    /// The broker has answered to messages that were let through.
    mutating func answered(_ count: Int) { answered += count }

    /// Begins a look.
    func look() -> Look { Look(answered: answered) }

    /// Ends a look, with the number of messages that wait, by queue; queues that do not exist are left out.
    ///
    /// - Returns: what is new since the last look.
    mutating func end(_ look: Look, _ ready: [String: Int]) -> QueueWatch.Report? {
        let wasShort = fullest != nil && refused > 0
        fullest = ready.max { ($0.value, $0.key) < ($1.value, $1.key) }.map { Fullest(queue: $0.key, ready: $0.value) }
        isBlind = false
        refused = 0
        remaining = capacity - (fullest?.ready ?? 0) - (granted - look.answered)
        grantedBeforeLook = granted
        switch told {
        case .full where !isHalfFull:
            told = .flowing
            return .roomAgain
        case .full: return nil
        case .flowing, .blind:
            told = .flowing
            guard wasShort, let fullest else { return nil }
            told = .full
            return .full(queue: fullest.queue, messages: fullest.ready, limit: limit)
        }
    }

    /// Ends a look that failed. A broker that is away takes nothing, and afterwards the last allowance still bounds what
    /// is sent; one that never tells its depths is not to stop everything.
    ///
    /// - Returns: what is new since the last look.
    mutating func end(failedWith error: MessagingError) -> QueueWatch.Report? {
        blindness = error.message
        switch error.code {
        case .unavailable, .blocked, .closed: return nil
        default: isBlind = true
        }
        guard told != .blind else { return nil }
        told = .blind
        return .blind(error)
    }

    /// Why messages are not let through.
    var refusal: String {
        guard let fullest else {
            return "it is not known yet how many events wait in the work queues: \(blindness)"
        }
        return """
            \(fullest.queue) holds up to \(capacity - remaining) of at most \(limit) events (--queue-max-length), a tenth of \
            which stays free: new ones wait until its workers have caught up, since RabbitMQ drops the oldest event of a \
            full queue
            """
    }

    /// How long to wait before the next look: shortly while messages are sent or room is short, for others may send as
    /// well.
    var pause: Duration {
        isHalfFull || granted != grantedBeforeLook || refused > 0 ? .milliseconds(200) : .seconds(1)
    }

    /// Also while nobody has looked.
    private var isHalfFull: Bool { (fullest?.ready ?? capacity) > capacity / 2 }
}
