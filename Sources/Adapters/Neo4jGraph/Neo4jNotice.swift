/// What the adapter noticed by itself, for the log.
package enum Neo4jNotice: Sendable, Hashable {
    /// The server has no uniqueness of relationships, for the reason that it gave: nodes with the label `LedgerEvent` make sure
    /// that each event is in the graph once.
    case usesLedger(reason: String)
}
