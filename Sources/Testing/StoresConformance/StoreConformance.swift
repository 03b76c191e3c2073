/// What a store did otherwise than a case demands.
package struct ConformanceFailure: Error, CustomStringConvertible {
    /// What was expected and what was seen.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

func expect<Value: Equatable>(_ seen: Value, _ expected: Value, _ what: String) throws(ConformanceFailure) {
    guard seen == expected else { throw ConformanceFailure("\(what): expected \(expected), saw \(seen)") }
}
