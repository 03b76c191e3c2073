/// Numbers of one type, such as an embedding (Bolt 6.0). A value; safe to use from any thread.
public enum BoltVector: Sendable, Hashable {
    /// Whole numbers of 8 bits.
    case int8([Int8])
    /// Whole numbers of 16 bits.
    case int16([Int16])
    /// Whole numbers of 32 bits.
    case int32([Int32])
    /// Whole numbers of 64 bits.
    case int64([Int64])
    /// Floating-point numbers of 32 bits.
    case float32([Float])
    /// Floating-point numbers of 64 bits.
    case float64([Double])

    /// How many numbers there are.
    public var count: Int {
        switch self {
        case .int8(let numbers): numbers.count
        case .int16(let numbers): numbers.count
        case .int32(let numbers): numbers.count
        case .int64(let numbers): numbers.count
        case .float32(let numbers): numbers.count
        case .float64(let numbers): numbers.count
        }
    }
}
