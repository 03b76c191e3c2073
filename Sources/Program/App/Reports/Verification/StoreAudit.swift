import Events
import JSON
import LoadTesting
import Stores

/// Stored events whose content is not the one that it should be.
typealias ContentDifferences = [(id: EventID, fields: ContentFields)]

/// The state of a ledger's events in one store.
struct StoreAudit: Sendable {
    /// Acknowledged events that are stored once, whatever their content.
    private(set) var stored = 0
    /// Events that are stored although they were not acknowledged, which is allowed.
    private(set) var recovered = 0
    /// Acknowledged events that are not there, for no reason that is known.
    private(set) var missing: [EventID] = []
    /// Acknowledged events that are not there since their users were erased.
    private(set) var erased: [EventID] = []
    /// Acknowledged events that are not there, and among the dead letters.
    private(set) var deadLettered: [EventID] = []
    private(set) var doubled: [EventID] = []
    /// Events that the ledger names with other content.
    private(set) var different: ContentDifferences = []
    /// How many of the store's events are the ledger's.
    private(set) var explained = 0
    /// How many more events the store has got since the ledger was begun than the ledger explains; nil where the ledger does
    /// not tell what was there before.
    private(set) var unexpected: Int?

    /// Whether nothing is missing, doubled, different or unexpected.
    var isGood: Bool {
        missing.isEmpty && deadLettered.isEmpty && isFaultless
    }

    /// Whether every acknowledged event is accounted for: in the store, or among the dead letters.
    var isAccounted: Bool { missing.isEmpty && isFaultless }

    private var isFaultless: Bool { doubled.isEmpty && different.isEmpty && unexpected ?? 0 == 0 }

    mutating func add(_ attempts: ArraySlice<Attempt>, _ occurrences: [EventID: Int]) {
        for attempt in attempts {
            let count = occurrences[attempt.id] ?? 0
            explained += count
            switch (count, attempt.outcome) {
            case (0, .acknowledged): missing.append(attempt.id)
            case (0, _): break
            case (1, .acknowledged): stored += 1
            case (1, _): recovered += 1
            default: doubled.append(attempt.id)
            }
        }
    }

    /// Compares what the store has with what the ledger says, event by event.
    mutating func compare(_ stored: [EventID: StoredEvent], _ contents: [EventID: [Event]]) {
        for (id, stored) in stored.sorted(by: { $0.key < $1.key }) {
            let events = contents[id] ?? []
            let fields = events.reduce(into: ContentFields()) { $0.formUnion(stored.differences(from: $1)) }
            if !fields.isEmpty { different.append((id, fields)) }
        }
    }

    /// Tells apart which of the missing events were erased.
    mutating func explainErased(_ isErased: (EventID) -> Bool) {
        erased += missing.filter(isErased)
        missing.removeAll(where: isErased)
    }

    /// Tells apart which of the missing events are dead letters.
    mutating func explainDeadLetters(_ letters: Set<EventID>) {
        deadLettered += missing.filter { letters.contains($0) }
        missing.removeAll { letters.contains($0) }
    }

    /// Compares by how many events the store has grown with what the ledger explains. What is missing may be in the store's
    /// totals still, after somebody has deleted it.
    mutating func compareGrowth(_ growth: Int) {
        unexpected = max(0, growth - explained - missing.count)
    }

    /// Writes the members, each finding with every id.
    func write(to json: inout JSONWriter) {
        json.member("stored", stored)
        json.member("recovered", recovered)
        let lists = [
            ("missing", missing), ("doubled", doubled), ("erased", erased), ("dead_lettered", deadLettered),
        ]
        for (name, ids) in lists {
            json.key(name)
            json.array { json in
                for id in ids { json.id(id) }
            }
        }
        if let unexpected { json.member("unexpected", unexpected) }
        json.key("different")
        json.differences(different)
    }

    /// The counts in one line: what is always told, and what there is beside.
    var counts: String {
        var text = "stored \(stored), lost \(missing.count), doubled \(doubled.count), different \(different.count)"
        if let unexpected { text += ", unexpected \(unexpected)" }
        for (name, count) in [
            ("recovered", recovered), ("erased", erased.count), ("dead-lettered", deadLettered.count),
        ] where count > 0 {
            text += ", \(name) \(count)"
        }
        return text
    }
}

extension JSONWriter {
    /// Writes `[{"event_id": "...", "fields": ["..."]}]`.
    mutating func differences(_ differences: ContentDifferences) {
        array { json in
            for (id, fields) in differences {
                json.object { json in
                    json.member("event_id", id)
                    json.key("fields")
                    json.array { json in
                        for name in fields.names { json.string(name) }
                    }
                }
            }
        }
    }
}
