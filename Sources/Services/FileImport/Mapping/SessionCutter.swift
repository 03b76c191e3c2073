import EventLoops
import Events

/// Assigns sessions to the rows of a file without sessions: a user's rows belong together until more than `gap` lies
/// between them.
///
/// A session extends from its earliest to its latest row so far. A row of the same user belongs to it if it is at most
/// `gap` before its start or after its end; otherwise it starts the user's next session. The name of a session is made
/// of the user and the second of its first row in the file, so that it depends on the file alone.
///
/// The table of users is bounded. A user who has not been seen while `capacity` others were starts a new session.
struct SessionCutter {
    private struct Session {
        var name: Int64
        var earliest: Int64
        var latest: Int64
    }

    private let gap: Int64
    private let capacity: Int
    /// The users seen last, and those before them: when the first table is full it replaces the second, which is then
    /// forgotten.
    private var recent: [Int64: Session] = [:]
    private var older: [Int64: Session] = [:]
    /// The session of the previous row, to which the next row most likely belongs.
    private var user: Int64 = 0
    private var session = Session(name: 0, earliest: 0, latest: 0)
    private var text = ""

    /// - Parameters:
    ///   - gap: The longest pause within a session; a negative gap counts as zero.
    ///   - capacity: The number of other users after which a user may be forgotten.
    init(gap: Duration, capacity: Int = 1 << 16) {
        self.gap = max(gap.wholeMicroseconds, 0)
        self.capacity = capacity
    }

    /// The session to which the next row of the file belongs.
    mutating func session(of user: Int64, at time: Timestamp) -> String {
        if user != self.user { turn(to: user, time.microseconds) }
        // Distant times must not overflow.
        let behind = time.microseconds.subtractingReportingOverflow(session.latest)
        let before = session.earliest.subtractingReportingOverflow(time.microseconds)
        let isNear = !behind.overflow && !before.overflow && behind.partialValue <= gap && before.partialValue <= gap
        if isNear {
            session.earliest = min(session.earliest, time.microseconds)
            session.latest = max(session.latest, time.microseconds)
        } else {
            start(at: time.microseconds)
        }
        if text.isEmpty { text = "\(user)-\(session.name)" }
        return text
    }

    private mutating func turn(to next: Int64, _ time: Int64) {
        if user != 0 { remember() }
        user = next
        if let known = recent[next] ?? older[next] {
            session = known
            text = ""
        } else {
            start(at: time)
        }
    }

    private mutating func start(at time: Int64) {
        let second = time / 1_000_000 - (time % 1_000_000 < 0 ? 1 : 0)
        session = Session(name: second, earliest: time, latest: time)
        text = ""
    }

    private mutating func remember() {
        if recent.count >= capacity, recent[user] == nil {
            swap(&recent, &older)
            recent.removeAll(keepingCapacity: true)
        }
        recent[user] = session
    }

    /// The session of a row without one, in a file that has sessions: all such rows of a user and a day (UTC) share a
    /// session.
    static func standIn(for user: Int64, on time: Timestamp) -> String {
        "\(user)-\(time.description.prefix { $0 != "T" })"
    }
}
