import Events
import Stores

/// Whether events that went both ways came to the stores by both, with the same content. A value without a clock; records
/// come in the order of their ids.
struct PathComparison {
    /// An event that did not come as it should.
    struct Finding: Hashable {
        let id: EventID
        /// Where it has not arrived.
        let missing: ArrivalPlaces
    }

    /// What is known beside the ledger, at one moment.
    struct Circumstances {
        /// What still waits on the way to one place.
        struct Queue: Hashable {
            /// Messages in the work queue.
            var waiting = 0
            /// Messages that others overtake: in delay queues and in the spool.
            var delayed = 0
            /// The time of the latest event that has arrived there.
            var latest: Timestamp?
        }

        var now: Timestamp
        /// How long an event may be on its way.
        var grace: Duration
        /// By the place where a queue ends: ``ArrivalPlaces/queueGraph`` and ``ArrivalPlaces/queueVectors``.
        var queues: [ArrivalPlaces: Queue] = [:]

        /// Whether an event may still be in a queue. A work queue is in order: what came much earlier than an event that has
        /// arrived is not in it any more.
        func mayWait(_ time: Timestamp, before place: ArrivalPlaces) -> Bool {
            guard let queue = queues[place] else { return false }
            let isOvertaken = queue.latest.map { time.adding(grace) < $0 } ?? false
            return queue.delayed > 0 || queue.waiting > 0 && !isOvertaken
        }
    }

    private let circumstances: Circumstances
    private var group: [ArrivalRecord] = []
    /// Events that came by both paths into both stores.
    private(set) var both = 0
    private(set) var directOnly: [Finding] = []
    private(set) var queueOnly: [Finding] = []
    /// Events that came by neither path into both stores.
    private(set) var neither: [Finding] = []
    /// Events that came with more than one content.
    private(set) var different: [EventID] = []
    /// Events that are younger than the grace.
    private(set) var young = 0
    /// Older events that may still be in a queue.
    private(set) var waiting = 0
    /// Events that the API refused in the end: their clients were told.
    private(set) var refused = 0
    /// Events that nobody has set on both ways.
    private(set) var elsewhere = 0

    init(_ circumstances: Circumstances) {
        self.circumstances = circumstances
    }

    /// Takes the next records; those of one event may be spread over two calls.
    mutating func add(_ records: [ArrivalRecord]) {
        for record in records {
            if let first = group.first, first.arrival.id != record.arrival.id { endGroup() }
            group.append(record)
        }
    }

    /// Takes in the last event.
    mutating func finish() {
        endGroup()
    }

    private mutating func endGroup() {
        defer { group = [] }
        guard let first = group.first else { return }
        // What was refused and came nowhere is only what a client tried.
        let came = group.filter { !$0.isRefused || !$0.arrived.isEmpty }
        guard var whole = came.first else {
            refused += 1
            return
        }
        for record in came.dropFirst() { whole.add(record) }
        guard whole.expected == .all else {
            elsewhere += 1
            return
        }
        let id = first.arrival.id
        guard came.count == 1 else { return different.append(id) }
        let missing = ArrivalPlaces.all.subtracting(whole.arrived)
        if missing.isEmpty {
            both += 1
        } else if whole.isRefused {
            refused += 1
        } else if circumstances.now < whole.time.adding(circumstances.grace) {
            young += 1
        } else if missing.each.contains(where: { circumstances.mayWait(whole.time, before: $0) }) {
            waiting += 1
        } else {
            let finding = Finding(id: id, missing: missing)
            switch (missing.isDisjoint(with: EventPath.direct.places), missing.isDisjoint(with: EventPath.queue.places))
            {
            case (true, _): directOnly.append(finding)
            case (false, true): queueOnly.append(finding)
            case (false, false): neither.append(finding)
            }
        }
    }
}

extension Timestamp {
    fileprivate func adding(_ duration: Duration) -> Timestamp {
        Timestamp(microseconds: microseconds + Int64(duration / .microseconds(1)))
    }
}
