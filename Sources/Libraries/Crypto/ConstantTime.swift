import CCrypto

/// Tells whether `left` and `right` hold the same bytes, in a time that depends on their lengths only: for tokens and
/// codes, where the place of the first difference must not show.
///
/// It is safe to call from any thread.
public func constantTimeEquals(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    return left.withUnsafeBufferPointer { left in
        right.withUnsafeBufferPointer { right in
            // The compare reads nothing at a count of zero, but its parameters may not be null.
            guard let leftStart = left.baseAddress, let rightStart = right.baseAddress else { return true }
            return CRYPTO_memcmp(leftStart, rightStart, left.count) == 0
        }
    }
}

/// Tells whether `left` and `right` hold the same bytes, in a time that depends on their lengths only: for tokens and
/// codes, where the place of the first difference must not show.
///
/// It is safe to call from any thread.
public func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    constantTimeEquals(left.span, right.span)
}
