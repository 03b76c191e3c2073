import JSON

extension JSONReader {
    /// Levels of arrays and objects that an event may have, its own object included.
    static var eventDepth: Int { 32 }
}
