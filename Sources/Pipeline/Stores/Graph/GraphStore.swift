package import Events

/// Stores which user did what with which product: Neo4j, or the embedded graph.
///
/// Every implementation may be used from any task, and passes the conformance suite.
package protocol GraphStore: CoViewStore {
    /// Writes a batch in one transaction, which is durable on return. Events that the store already has change nothing,
    /// so any batch may be repeated and reordered; an event whose id the store has with other content is reported, and
    /// one of an erased user from before is left out and counted.
    func apply(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch

    /// What keeps the store busy: by default, one batch of 500 after the other.
    var pace: WritingPace { get }

    /// A page of a user's interactions, newest first; events of the same moment by id, the greater first. A page of one
    /// type may have fewer events than asked for, or none, although others follow: how far a store looks for one page is
    /// bounded.
    func history(_ query: HistoryQuery) async throws(StoreError) -> HistoryPage

    func statistics() async throws(StoreError) -> GraphStatistics

    /// How often each of these events is in the graph; events that are not in it are absent from the answer.
    func occurrences(of ids: [EventID]) async throws(StoreError) -> [EventID: Int]

    /// These events as the store has them; events that it does not have are absent from the answer.
    func stored(_ ids: [EventID]) async throws(StoreError) -> [EventID: StoredEvent]

    /// Removes a user and all of the user's interactions, and keeps a tombstone: from then on, ``apply(_:)`` leaves out
    /// events of the user that were received (``Event/receipt``) at `time` or before, also those that others write at the
    /// same time. Products that others share stay. Repeatable, also after an error, which may leave a part removed; of
    /// several times the latest counts.
    ///
    /// - Returns: How many interactions were removed.
    func erase(userID: Int64, receivedUntil time: Timestamp) async throws(StoreError) -> Int

    /// Until when events of these users that were received count as erased; users of whom nothing was erased are absent.
    func erasures(of users: [Int64]) async throws(StoreError) -> [Int64: Timestamp]

    /// Removes interactions that happened (``Event/time``) before `time`, in steps between which others write. Products and
    /// users without interactions do not count any more, and what the store computes from interactions follows, at the
    /// latest when this returns or, in a graph, beside other work afterwards. Repeatable, also after an error, which leaves
    /// done what was done. An event from before that comes later is written again.
    ///
    /// - Parameter progress: Is told how many were removed so far.
    /// - Returns: How many interactions were removed.
    func prune(before time: Timestamp, _ progress: @Sendable (Int) -> Void) async throws(StoreError) -> Int

    /// How many interactions ``prune(before:_:)`` would remove.
    func interactions(before time: Timestamp) async throws(StoreError) -> Int

    /// Finds out whether the store would take a write now, without making one. By default, whether it can be read.
    ///
    /// - Throws: why not, within seconds.
    func checkWriting() async throws(StoreError)

    /// What the server says of itself; nil for a store without one.
    func server() async throws(StoreError) -> StoreServer?

    /// Closes the store after the writes that have begun.
    func close() async
}

extension GraphStore {
    package var pace: WritingPace { WritingPace() }

    package func checkWriting() async throws(StoreError) {
        _ = try await occurrences(of: [])
    }

    package func server() async throws(StoreError) -> StoreServer? { nil }
}

/// A request for one page of a user's history.
package struct HistoryQuery: Sendable, Hashable {
    package var userID: Int64
    /// The most events in the page; 1 or more.
    package var limit: Int
    /// Where the previous page ended; nil for the first page.
    package var after: HistoryCursor?
    /// Only events of this type; nil for all.
    package var type: EventType?

    package init(userID: Int64, limit: Int, after: HistoryCursor? = nil, type: EventType? = nil) {
        self.userID = userID
        self.limit = limit
        self.after = after
        self.type = type
    }
}

/// One page of a history.
package struct HistoryPage: Sendable, Hashable {
    /// Newest first; may be empty although there is a next page.
    package var events: [Event]
    /// Where the next page begins; nil on the last page.
    package var next: HistoryCursor?

    package init(events: [Event], next: HistoryCursor?) {
        self.events = events
        self.next = next
    }

    /// The page of `query` out of the first `query.limit + 1` matching events, or all if there are fewer: the extra
    /// event shows that another page follows.
    package init(query: HistoryQuery, candidates: [Event]) {
        events = Array(candidates.prefix(query.limit))
        next = candidates.count > query.limit ? events.last.map { HistoryCursor(time: $0.time, id: $0.id) } : nil
    }
}

/// A place between two events of a history; stays valid while events are added.
package struct HistoryCursor: Sendable, Hashable, CustomStringConvertible {
    /// The time of the event before the place.
    package let time: Timestamp
    /// The id of the event before the place.
    package let id: EventID

    /// The place after that event.
    package init(time: Timestamp, id: EventID) {
        self.time = time
        self.id = id
    }

    /// Reads the form that `description` writes; nil for anything else.
    package init?(_ text: String) {
        guard let point = text.firstIndex(of: "."),
            let microseconds = Int64(text[..<point]),
            let id = EventID(String(text[text.index(after: point)...]))
        else { return nil }
        self.init(time: Timestamp(microseconds: microseconds), id: id)
        // Numbers and ids have other spellings too: a sign, leading zeros, capitals.
        guard description == text else { return nil }
    }

    /// Microseconds and id, separated by a dot.
    package var description: String { "\(time.microseconds).\(id)" }
}

/// Counts over a graph.
package struct GraphStatistics: Sendable, Hashable {
    /// Users with an interaction.
    package var users: Int
    /// Products with an interaction.
    package var products: Int
    /// Interactions by type; a type without any is absent.
    package var interactionsByType: [EventType: Int]

    package init(users: Int, products: Int, interactionsByType: [EventType: Int]) {
        self.users = users
        self.products = products
        self.interactionsByType = interactionsByType
    }

    package var interactions: Int { interactionsByType.values.reduce(0, +) }
}
