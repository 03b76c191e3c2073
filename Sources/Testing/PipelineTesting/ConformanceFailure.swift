/// A difference between an adapter and the demands of a case.
package struct ConformanceFailure: Error, CustomStringConvertible {
    /// The expected and the actual behaviour.
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
