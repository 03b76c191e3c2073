/// A value of a field table: every type that RabbitMQ reads and writes (AMQP 0-9-1 section 4.2.5, with RabbitMQ's
/// errata: `s` is a 16-bit integer, `l` and `L` a signed 64-bit one).
///
/// Integers keep their width, so that what is decoded can be encoded again byte for byte.
public enum FieldValue: Sendable, Hashable {
    /// `V`.
    case void
    /// `t`.
    case boolean(Bool)
    /// `b`.
    case int8(Int8)
    /// `B`.
    case uint8(UInt8)
    /// `s`.
    case int16(Int16)
    /// `u`.
    case uint16(UInt16)
    /// `I`.
    case int32(Int32)
    /// `i`.
    case uint32(UInt32)
    /// `l`; `L` is decoded as this too.
    case int64(Int64)
    /// `f`.
    case float(Float)
    /// `d`.
    case double(Double)
    /// `D`: a whole number divided by ten to the power of `scale`; signed, as the errata say.
    case decimal(scale: UInt8, value: Int32)
    /// `S` that is valid UTF-8.
    case string(String)
    /// `x`; also an `S` that is no UTF-8, since it could not be told as text.
    case bytes([UInt8])
    /// `A`.
    case array([FieldValue])
    /// `T`: seconds since 1970.
    case timestamp(UInt64)
    /// `F`.
    case table(FieldTable)
}
