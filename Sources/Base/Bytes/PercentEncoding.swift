/// Percent-encoding of the parts of a URI (RFC 3986, section 2.1).
public enum PercentEncoding {
    /// Letters, digits and `-._~`: what stands for itself in every part.
    private static let unreserved = ByteSet(
        UInt8(ascii: "-")...UInt8(ascii: "~"), except: "/:;<=>?@[\\]^`{|}")

    /// Leaves letters, digits and `-._~`, and writes every other byte of the UTF-8 as `%XX`.
    public static func encode(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if unreserved.contains(byte) {
                bytes.append(byte)
            } else {
                bytes += [
                    UInt8(ascii: "%"), Hexadecimal.upperCaseDigit(of: byte >> 4),
                    Hexadecimal.upperCaseDigit(of: byte & 15),
                ]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text that was encoded; nil where a `%` is not followed by two hexadecimal digits, or the decoded bytes are
    /// not UTF-8.
    public static func decode(_ text: some StringProtocol) -> String? {
        decode(bytes: text.utf8).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// The bytes that were encoded; nil where a `%` is not followed by two hexadecimal digits.
    ///
    /// - Parameter plusIsSpace: whether `+` stands for a space, as in the query of a form.
    @inlinable
    public static func decode(bytes text: some Collection<UInt8>, plusIsSpace: Bool = false) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(Hexadecimal.value),
                    let low = rest.next().flatMap(Hexadecimal.value)
                else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return bytes
    }
}
