extension [UInt8] {
    /// Flags and properties of class basic (section 4.2.6.1).
    mutating func append(properties: BasicProperties) throws(WireError) {
        append(uint16: properties.flags)
        if let value = properties.contentType { try append(shortString: value) }
        if let value = properties.contentEncoding { try append(shortString: value) }
        if let value = properties.headers { try append(table: value) }
        if let value = properties.deliveryMode { append(value) }
        if let value = properties.priority { append(value) }
        if let value = properties.correlationID { try append(shortString: value) }
        if let value = properties.replyTo { try append(shortString: value) }
        if let value = properties.expiration { try append(shortString: value) }
        if let value = properties.messageID { try append(shortString: value) }
        if let value = properties.timestamp { append(uint64: value) }
        if let value = properties.type { try append(shortString: value) }
        if let value = properties.userID { try append(shortString: value) }
        if let value = properties.appID { try append(shortString: value) }
        if let value = properties.clusterID { try append(shortString: value) }
    }
}

extension BasicProperties {
    fileprivate var flags: UInt16 {
        var flags: UInt16 = 0
        if contentType != nil { flags |= 1 << 15 }
        if contentEncoding != nil { flags |= 1 << 14 }
        if headers != nil { flags |= 1 << 13 }
        if deliveryMode != nil { flags |= 1 << 12 }
        if priority != nil { flags |= 1 << 11 }
        if correlationID != nil { flags |= 1 << 10 }
        if replyTo != nil { flags |= 1 << 9 }
        if expiration != nil { flags |= 1 << 8 }
        if messageID != nil { flags |= 1 << 7 }
        if timestamp != nil { flags |= 1 << 6 }
        if type != nil { flags |= 1 << 5 }
        if userID != nil { flags |= 1 << 4 }
        if appID != nil { flags |= 1 << 3 }
        if clusterID != nil { flags |= 1 << 2 }
        return flags
    }
}
