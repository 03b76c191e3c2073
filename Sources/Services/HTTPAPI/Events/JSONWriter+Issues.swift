import Events
import JSON

extension JSONWriter {
    /// Writes validation issues as an array.
    mutating func issues(_ issues: [ValidationIssue]) {
        array { json in
            for issue in issues { json.value(issue) }
        }
    }
}
