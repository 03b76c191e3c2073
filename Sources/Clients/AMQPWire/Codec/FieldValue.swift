/// A value of a field table: every type that RabbitMQ reads and writes (AMQP 0-9-1 section 4.2.5, with RabbitMQ's
/// errata: `s` is a 16-bit integer, `l` and `L` a signed 64-bit one).
///
/// Integers keep their width, so that what is decoded can be encoded again byte for byte; but an `L` becomes an `l`,
/// and an `S` that is not UTF-8 an `x`. A value; safe to use from any thread.
public enum FieldValue: Sendable, Hashable {
    /// No value (`V`).
    case void
    /// A truth value (`t`).
    case boolean(Bool)
    /// A signed number of 8 bits (`b`).
    case int8(Int8)
    /// An unsigned number of 8 bits (`B`).
    case uint8(UInt8)
    /// A signed number of 16 bits (`s`).
    case int16(Int16)
    /// An unsigned number of 16 bits (`u`).
    case uint16(UInt16)
    /// A signed number of 32 bits (`I`).
    case int32(Int32)
    /// An unsigned number of 32 bits (`i`).
    case uint32(UInt32)
    /// A signed number of 64 bits (`l`, or `L` when decoded).
    case int64(Int64)
    /// A floating-point number of 32 bits (`f`); infinity and NaN cannot be encoded, because RabbitMQ cannot read them.
    case float(Float)
    /// A floating-point number of 64 bits (`d`); infinity and NaN cannot be encoded, because RabbitMQ cannot read them.
    case double(Double)
    /// A whole number divided by ten to the power of `scale` (`D`); signed, as the errata say.
    case decimal(scale: UInt8, value: Int32)
    /// A text (`S` that is valid UTF-8).
    case string(String)
    /// Bytes (`x`, or an `S` that is not UTF-8, which cannot be a `String`).
    case bytes([UInt8])
    /// An array, whose values may have several types (`A`).
    case array([FieldValue])
    /// A time in seconds since 1970 (`T`).
    case timestamp(UInt64)
    /// A table (`F`).
    case table(FieldTable)
}
