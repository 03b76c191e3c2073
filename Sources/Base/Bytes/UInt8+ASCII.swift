extension UInt8 {
    /// An ASCII letter in lower case, any other byte as it is.
    @inlinable
    public var lowercasedASCII: UInt8 {
        self &- 0x41 < 26 ? self | 0x20 : self
    }
}
