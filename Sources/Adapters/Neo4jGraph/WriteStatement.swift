import BoltClient
import BoltWire
import Events

/// The statement that writes a batch of events. There are few constant texts: a server plans each once, which takes it
/// tenths of a second. Rows are lists: a map would send, and have the server look up, each name for each event.
struct WriteStatement {
    let shape: GraphShape
    let events: [Event]

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

    /// Creates what is missing under the locks of all that it names, so that two writers of the same event are one.
    private static let merging = """
        \(users)
        MERGE (p:Product {product_id: e[2]})
        MERGE (u)-[r:INTERACTED {event_id: e[0]}]->(p)
        WITH e, p, r WHERE r.event_at IS NULL
        """

    /// The mark of a new node is taken away by the statement that set it.
    private static let creating = """
        \(users)
        MERGE (l:LedgerEvent {event_id: e[0]})
        ON CREATE SET l.user_id = e[1], l.is_new = true
        WITH e, u, l WHERE l.is_new
        MERGE (p:Product {product_id: e[2]})
        SET p.product_id = e[2]
        CREATE (u)-[r:INTERACTED {event_id: e[0]}]->(p)
        REMOVE l.is_new
        WITH e, p, r
        """

    /// Gives the new relationships their properties, and counts the sessions of their products. All products are locked by
    /// then, by `MERGE` of a relationship or by `SET`, so that of two transactions with the same session and product the second sees what the first has written.
    private static let visiting = """
        WITH e, p, r, e[3] <> 'remove_from_cart' AND \(CoViewPatterns.isUnvisited(session: "e[6]", product: "e[2]")) AS isNew
        SET r.event_type = e[3], r.event_time = e[4], r.event_at = e[5], r.session_id = e[6], r.product_id = e[2]
        """
    private static let counting = """
        WITH p, count(DISTINCT CASE WHEN isNew THEN e[6] END) AS visits
        """
    /// Adds the events' properties, and looks where a product stands only if one of them does not say the same as before:
    /// most do, and what says the same changes nothing, in any order.
    private static let countingWithPlaces = """
        , r += e[8]
        WITH p, count(DISTINCT CASE WHEN isNew THEN e[6] END) AS visits,
          max(CASE WHEN e[3] <> 'remove_from_cart' AND e[8].category_code <> ''
            AND (p.category IS NULL OR p.category <> e[8].category_code
              OR coalesce(p.brand, '') <> coalesce(e[8].brand, ''))
            THEN 1 ELSE 0 END) AS isMoved
        """
    private static let raising = "SET p.sessions = coalesce(p.sessions, 0) + visits"
    private static let placing = "WITH p WHERE isMoved = 1\n" + CoViewPatterns.placing

    /// - Parameter hasExtras: Whether rows have further properties.
    static func text(_ shape: GraphShape, hasExtras: Bool) -> String {
        let creating = shape == .ledger ? creating : merging
        let rest = hasExtras ? [countingWithPlaces, raising, placing] : [counting, raising]
        return ([creating, visiting] + rest).joined(separator: "\n")
    }

    private static let texts: [GraphShape: [Bool: String]] = [
        .uniqueRelationships: [
            false: text(.uniqueRelationships, hasExtras: false), true: text(.uniqueRelationships, hasExtras: true),
        ],
        .ledger: [false: text(.ledger, hasExtras: false), true: text(.ledger, hasExtras: true)],
    ]

    var query: BoltQuery {
        let hasExtras = events.contains(where: \.hasExtras)
        return BoltQuery(Self.texts[shape]?[hasExtras] ?? "") { writer in
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
