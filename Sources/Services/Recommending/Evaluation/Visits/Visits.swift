import Events
import Stores

/// Who touched what in which session, in memory, event by event: all that recommendations are computed from.
///
/// Lists hold places of events in the log, four bytes each; an event that is later than all before goes to their ends.
struct Visits: Sendable {
    private(set) var log: EventLog
    /// The newest event with each of a user's products, by user; the oldest first.
    private(set) var histories: [[Int32]] = []
    /// The products that a user touched, by user.
    private(set) var touched: [Set<Int64>] = []
    /// The touches of a session, by session.
    private(set) var sequences: [[Int32]] = []
    /// The newest touch of each session that touched a product, by product.
    private(set) var visits: [[Int32]] = []
    /// How many sessions touched a product, by product: the lengths of ``visits``, beside each other as all are looked
    /// through for the most visited ones.
    private(set) var sessions: [Int] = []
    /// The products that stand in a category.
    private(set) var shelves: [String: Set<Int32>] = [:]
    /// The event that says where a product stands, by product; -1 for none.
    private var placed: [Int32] = []
    /// The pairs of session and product that are known.
    private var pairs: Set<UInt64> = []

    init(log: EventLog = EventLog()) {
        self.log = log
        grow()
    }

    /// Adds an event that is not in the log, in any order; its id has to be new.
    mutating func add(_ event: Event) {
        log.append(event)
        grow()
        note(log.count - 1)
        count(log.count - 1)
    }

    /// Notes that a user did something: for the user's context only.
    mutating func note(_ number: Int) {
        let row = log.rows[number]
        Self.insert(number, of: log.rows, into: &histories[Int(row.user)]) { $0.product == row.product }
        if row.isTouch { touched[Int(row.user)].insert(log.products[row.product]) }
    }

    /// Counts an event: for everybody's recommendations.
    mutating func count(_ number: Int) {
        let row = log.rows[number]
        guard row.isTouch else { return }
        place(row.product, by: number)
        Self.insert(number, of: log.rows, into: &sequences[Int(row.session)])
        let pair = UInt64(row.session) << 32 | UInt64(row.product)
        let isNew = pairs.insert(pair).inserted
        Self.insert(
            number, of: log.rows, into: &visits[Int(row.product)],
            replacing: isNew ? nil : { $0.session == row.session })
        if isNew { sessions[Int(row.product)] += 1 }
    }

    /// Where a product stands.
    func place(of product: Int32) -> ProductPlace? {
        let number = placed[Int(product)]
        return number < 0 ? nil : log.places[log.rows[Int(number)].place]
    }

    func productID(_ product: Int32) -> Int64 { log.products[product] }

    // MARK: - Changes

    /// Makes room for what the log has named.
    private mutating func grow() {
        func fill<Element>(_ list: inout [Element], _ count: Int, _ empty: Element) {
            while list.count < count { list.append(empty) }
        }
        fill(&histories, log.users.values.count, [])
        fill(&touched, log.users.values.count, [])
        fill(&sequences, log.sessions.values.count, [])
        fill(&visits, log.products.values.count, [])
        fill(&sessions, log.products.values.count, 0)
        fill(&placed, log.products.values.count, -1)
    }

    /// Puts an event where it belongs; of events that `isSame` finds, only the newest stays.
    private static func insert(
        _ number: Int, of rows: [EventLog.Row], into list: inout [Int32],
        replacing isSame: ((EventLog.Row) -> Bool)? = nil
    ) {
        if let isSame, let old = list.lastIndex(where: { isSame(rows[Int($0)]) }) {
            guard EventLog.goesBefore(rows[Int(list[old])], rows[number]) else { return }
            list.remove(at: old)
        }
        var place = list.count
        while place > 0, !EventLog.goesBefore(rows[Int(list[place - 1])], rows[number]) { place -= 1 }
        list.insert(Int32(number), at: place)
    }

    /// Moves a product to the category that an event names, unless a newer event names one.
    private mutating func place(_ product: Int32, by number: Int) {
        guard log.rows[number].place >= 0 else { return }
        let old = placed[Int(product)]
        guard old < 0 || EventLog.goesBefore(log.rows[Int(old)], log.rows[number]) else { return }
        if let before = place(of: product) { shelves[before.category]?.remove(product) }
        placed[Int(product)] = Int32(number)
        if let after = place(of: product) { shelves[after.category, default: []].insert(product) }
    }
}
