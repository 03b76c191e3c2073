import BoltClient
import BoltWire
import Events

/// The statement that writes a batch of events. There are few constant texts: a server plans each once, which takes it
/// tenths of a second. Rows are lists: a map would send, and have the server look up, each name for each event.
struct WriteStatement {
    let shape: GraphShape
    let events: [Event]
    /// Whether the server is told to keep its plan.
    var keepsPlan = false

    /// Neo4j plans anew whenever a graph has grown much, which a young graph does every few seconds. Each part of the
    /// statement names its index or has one by a constraint, so that the first plan stays the best.
    static let keepingPlan = "CYPHER replan=skip"

    /// Takes the user's node, and goes on with the events that no erasure covers.
    ///
    /// A node of which a property is set, to the value that it has, is locked until the transaction ends; a property that is
    /// missing and set to null locks nothing. The time is read behind that. An erasure sets the time, commits, and then
    /// removes what it finds. So either the erasure waits for this transaction,
    /// and finds its events; or this transaction waits for the erasure, and reads its time. Where transactions read
    /// snapshots rather than wait, one of the two fails with a conflict over the node, and is repeated.
    static let users = """
        UNWIND $rows AS e
        MERGE (u:User {user_id: e[1]})
        SET u.user_id = e[1]
        WITH e, u WHERE u.erased_until IS NULL OR u.erased_until < e[7]
        """

    /// Goes on with the events that the graph does not have. The mark of a new node is taken away by the statement that
    /// set it.
    private static let ledger = """
        MERGE (l:LedgerEvent {event_id: e[0]})
        ON CREATE SET l.user_id = e[1], l.is_new = true
        WITH e, u, l WHERE l.is_new
        REMOVE l.is_new
        WITH e, u
        """

    /// Takes the product's node, looks whether the event is the first of its session with the product, and creates the
    /// relationship. The product stays locked from before it is looked, so that of two transactions with the same session
    /// and product the second sees what the first has written. A product that no session has touched needs no look.
    ///
    /// `CREATE` costs a fifth less than `MERGE` by `event_id`; where the graph has an event already, its constraint refuses
    /// the transaction, and ``GraphWriting`` leaves the event out.
    private static let creating = """
        MERGE (p:Product {product_id: e[2]})
        SET p.product_id = e[2]
        WITH e, u, p, e[3] <> 'remove_from_cart' AND (p.sessions IS NULL
          OR \(CoViewPatterns.isUnvisited(session: "e[6]", product: "e[2]"))) AS isNew
        CREATE (u)-[r:INTERACTED {event_id: e[0], event_type: e[3], event_time: e[4], event_at: e[5], session_id: e[6],
          product_id: e[2]}]->(p)
        """
    private static let counting = """
        WITH p, count(DISTINCT CASE WHEN isNew THEN e[6] END) AS visits
        SET p.sessions = coalesce(p.sessions, 0) + visits
        """
    /// Adds the events' properties. A product that stood nowhere stands where the batch says, if all of the batch says the
    /// same; where the product stands is read only if something does not say the same as before: what says the same changes
    /// nothing, in any order.
    private static let countingWithPlaces = """
        SET r += e[8]
        WITH p, e, isNew, CASE WHEN e[3] <> 'remove_from_cart' AND e[8].category_code <> '' THEN e[8] END AS named
        WITH p, count(DISTINCT CASE WHEN isNew THEN e[6] END) AS visits,
          min(named.category_code) AS category, max(named.category_code) AS otherCategory,
          min(CASE WHEN named IS NOT NULL THEN coalesce(named.brand, '') END) AS brand,
          max(CASE WHEN named IS NOT NULL THEN coalesce(named.brand, '') END) AS otherBrand
        WITH p, visits, category, otherCategory, brand, otherBrand,
          p.category IS NULL AND category = otherCategory AND brand = otherBrand AS isFirst
        SET p.sessions = coalesce(p.sessions, 0) + visits,
          p.category = CASE WHEN isFirst THEN category ELSE p.category END,
          p.brand = CASE WHEN isFirst AND brand <> '' THEN brand ELSE p.brand END
        WITH p WHERE category IS NOT NULL AND (p.category IS NULL OR p.category <> category OR p.category <> otherCategory
          OR coalesce(p.brand, '') <> brand OR coalesce(p.brand, '') <> otherBrand)
        \(CoViewPatterns.placing)
        """

    /// - Parameter hasExtras: Whether rows have further properties.
    static func text(_ shape: GraphShape, hasExtras: Bool) -> String {
        let lines = shape == .ledger ? [users, ledger, creating] : [users, creating]
        return (lines + [hasExtras ? countingWithPlaces : counting]).joined(separator: "\n")
    }

    private static let texts: [GraphShape: [Bool: String]] = [
        .uniqueRelationships: [
            false: text(.uniqueRelationships, hasExtras: false), true: text(.uniqueRelationships, hasExtras: true),
        ],
        .ledger: [false: text(.ledger, hasExtras: false), true: text(.ledger, hasExtras: true)],
    ]

    var query: BoltQuery {
        let hasExtras = events.contains(where: \.hasExtras)
        let text = Self.texts[shape]?[hasExtras] ?? ""
        return BoltQuery(keepsPlan ? "\(Self.keepingPlan)\n\(text)" : text) { writer in
            writer.map(count: 1)
            writer.string("rows")
            writer.list(events) { event, row in
                row.list(count: hasExtras ? 9 : 8)
                row.id(event.id)
                row.integer(Int(event.userID))
                row.integer(Int(event.productID))
                row.string(event.type.rawValue)
                row.string(event.time.shopText)
                row.integer(Int(event.time.microseconds))
                row.string(event.session)
                row.integer(Int(event.receipt.microseconds))
                if hasExtras { row.map(event.extras) }
            }
        }
    }
}
