import JSON

extension JSONReader {
    /// The most levels of arrays and objects in an event, its own object included.
    static var eventDepth: Int { 32 }
}
