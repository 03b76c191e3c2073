extension UInt8 {
    /// An ASCII letter in lower case, any other byte as it is.
    @inlinable
    public var lowercasedASCII: UInt8 {
        self &- 0x41 < 26 ? self | 0x20 : self
    }
}

extension Span<UInt8> {
    /// Whether a part of the bytes is a text without regard to ASCII case.
    ///
    /// - Parameters:
    ///   - range: The part, within the span.
    ///   - text: The text, in lower case.
    @inlinable
    public func equalsIgnoringCase(_ range: Range<Int>, _ text: String) -> Bool {
        let text = text.utf8Span.span
        guard range.count == text.count else { return false }
        for index in text.indices where self[range.lowerBound + index].lowercasedASCII != text[index] { return false }
        return true
    }
}

extension [UInt8] {
    /// Adds the bytes of a span at the end.
    ///
    /// - Parameter span: The bytes, which are copied.
    @inlinable
    public mutating func append(_ span: Span<UInt8>) {
        append(addingCapacity: span.count) { output in
            for index in span.indices { output.append(span[index]) }
        }
    }
}
