/// What the lines of a file mean.
package enum ImportFormat: String, Sendable, Hashable, CaseIterable {
    /// One of the others, recognised by the first line.
    case auto
    /// The columns of "eCommerce behavior data from multi category store" (REES46), in any order, named by a header.
    case rees46
    /// "User Behavior Data from Taobao": user, item, category, behaviour, unix seconds; no header.
    case taobao
    /// Any CSV file whose header names our fields or common synonyms of them.
    case csv
    /// One event a line, as it is posted.
    case ndjson
}
