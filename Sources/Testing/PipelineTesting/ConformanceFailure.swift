/// What an adapter did differently from what a case demands.
package struct ConformanceFailure: Error, CustomStringConvertible {
    /// What was expected and what was seen.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Fails unless `condition` holds.
func expect(_ condition: Bool, _ what: @autoclosure () -> String) throws(ConformanceFailure) {
    guard condition else { throw ConformanceFailure(what()) }
}

/// Fails unless both are equal.
func expect<Value: Equatable>(
    _ seen: Value, _ expected: Value, _ what: @autoclosure () -> String
) throws(ConformanceFailure) {
    guard seen == expected else { throw ConformanceFailure("\(what()): \(seen), expected \(expected)") }
}
