/// The format of the lines of a file.
package enum ImportFormat: String, Sendable, Hashable, CaseIterable {
    /// One of the other formats, recognised by the first line.
    case auto
    /// The columns of "eCommerce behavior data from multi category store" (REES46), in any order, named by a header.
    case rees46
    /// "User Behavior Data from Taobao": user, item, category, behaviour, unix seconds; no header.
    case taobao
    /// Any CSV file whose header names our fields or common synonyms of them, or whose columns the user names.
    case csv
    /// One event per line, as posted, or with members that the user names; lines may hold several objects.
    case ndjson
}
