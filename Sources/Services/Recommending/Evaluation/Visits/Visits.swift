import Stores

/// Who touched what in which session, in memory: all that recommendations are computed from.
///
/// Takes the events of a sorted log in their order. Lists hold places of events in the log, four bytes each, the oldest
/// first.
struct Visits: Sendable {
    let log: EventLog
    /// The newest event with each of a user's products, by user.
    private(set) var histories: [[Int32]]
    /// The products that a user touched, by user.
    private(set) var touched: [Set<Int64>]
    /// The touches of a session, by session.
    private(set) var sequences: [[Int32]]
    /// The newest touch of each session that touched a product, by product.
    private(set) var visits: [[Int32]]
    /// How many sessions touched a product, by product: the lengths of ``visits``, beside each other as all are looked
    /// through for the most visited ones.
    private(set) var sessions: [Int]
    /// The products that stand in a category, of those that count.
    private(set) var shelves: [String: Set<Int32>] = [:]
    /// Where a product stands, by product, as a number in the log; -1 for nowhere. What an event says of that is known as
    /// soon as it is noted, as a shop's catalogue would be.
    private var places: [Int32]
    /// The pairs of session and product that are known.
    private var pairs: Set<UInt64> = []

    /// Visits of which none is known yet.
    init(log: EventLog) {
        self.log = log
        let (users, products) = (log.users.values.count, log.products.values.count)
        histories = Array(repeating: [], count: users)
        touched = Array(repeating: [], count: users)
        sequences = Array(repeating: [], count: log.sessions.values.count)
        visits = Array(repeating: [], count: products)
        sessions = Array(repeating: 0, count: products)
        places = Array(repeating: -1, count: products)
    }

    /// Notes that a user did something: for the user's context, and where the product stands.
    mutating func note(_ number: Int) {
        let (rows, row) = (log.rows, log.rows[number])
        Self.append(number, to: &histories[Int(row.user)]) { rows[$0].product == row.product }
        if row.isTouch { touched[Int(row.user)].insert(productID(row.product)) }
        guard row.place >= 0 else { return }
        if let old = place(of: row.product) { shelves[old.category]?.remove(row.product) }
        places[Int(row.product)] = row.place
        if sessions[Int(row.product)] > 0 { shelve(row.product) }
    }

    /// Counts an event: for everybody's recommendations.
    mutating func count(_ number: Int) {
        let (rows, row) = (log.rows, log.rows[number])
        guard row.isTouch else { return }
        let product = Int(row.product)
        sequences[Int(row.session)].append(Int32(number))
        if pairs.insert(UInt64(row.session) << 32 | UInt64(row.product)).inserted {
            visits[product].append(Int32(number))
            sessions[product] += 1
            shelve(row.product)
        } else {
            Self.append(number, to: &visits[product]) { rows[$0].session == row.session }
        }
    }

    /// Where a product stands.
    func place(of product: Int32) -> ProductPlace? {
        let place = places[Int(product)]
        return place < 0 ? nil : log.places[place]
    }

    func productID(_ product: Int32) -> Int64 { log.products[product] }

    private mutating func shelve(_ product: Int32) {
        if let place = place(of: product) { shelves[place.category, default: []].insert(product) }
    }

    /// Puts an event to the end, and removes the one that it takes the place of.
    private static func append(_ number: Int, to list: inout [Int32], replacing isOld: (Int) -> Bool) {
        if let old = list.lastIndex(where: { isOld(Int($0)) }) { list.remove(at: old) }
        list.append(Int32(number))
    }
}
