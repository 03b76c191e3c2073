extension Span where Element == UInt8 {
    /// Whether these are the same bytes as `other`.
    ///
    /// - Parameter other: Any bytes.
    @inlinable
    public func equals(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }

    /// Whether these are the same bytes as `other`, with ASCII letters of either case taken for the same.
    ///
    /// - Parameter other: Any bytes.
    @inlinable
    public func equalsIgnoringCase(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index].lowercasedASCII != other[index].lowercasedASCII { return false }
        return true
    }
}
