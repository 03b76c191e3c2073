extension FieldReader {
    /// Flags and properties of class basic (section 4.2.6.1): bit 15 is the first property.
    ///
    /// - Returns: the properties, and why the headers among them were left out, if they were. Any producer can send
    ///   headers beyond the bounds; their length tells where they end, so that the rest can be read.
    mutating func basicProperties(
        _ bytes: Span<UInt8>
    ) throws(WireError) -> (properties: BasicProperties, headersFailure: WireError?) {
        let flags = try uint16(bytes)
        // Bit 0 would announce a second word of flags, bit 1 a fifteenth property: basic has neither. RabbitMQ ignores
        // both where a producer has set them, and so does this function.
        var properties = BasicProperties()
        var headersFailure: WireError?
        func has(_ bit: UInt16) -> Bool { flags >> bit & 1 == 1 }
        if has(15) { properties.contentType = try shortString(bytes) }
        if has(14) { properties.contentEncoding = try shortString(bytes) }
        if has(13) {
            let start = position
            do throws(WireError) {
                properties.headers = try table(bytes)
            } catch {
                headersFailure = error
                self = FieldReader(within: self, from: start, to: end)
                _ = try longBytesRange(bytes)
            }
        }
        if has(12) { properties.deliveryMode = try uint8(bytes) }
        if has(11) { properties.priority = try uint8(bytes) }
        if has(10) { properties.correlationID = try shortString(bytes) }
        if has(9) { properties.replyTo = try shortString(bytes) }
        if has(8) { properties.expiration = try shortString(bytes) }
        if has(7) { properties.messageID = try shortString(bytes) }
        if has(6) { properties.timestamp = try uint64(bytes) }
        if has(5) { properties.type = try shortString(bytes) }
        if has(4) { properties.userID = try shortString(bytes) }
        if has(3) { properties.appID = try shortString(bytes) }
        if has(2) { properties.clusterID = try shortString(bytes) }
        return (properties, headersFailure)
    }

    private mutating func longBytesRange(_ bytes: Span<UInt8>) throws(WireError) -> Range<Int> {
        let count = Int(try uint32(bytes))
        let start = try take(count)
        return start..<start + count
    }
}
