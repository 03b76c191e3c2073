/// Encodes and decodes the parts of a URI, such as a segment of its path or a user name (RFC 3986, section 2.1).
///
/// Split a URI into its parts before decoding them: a decoded part may contain the characters that separate parts.
/// Functions only, safe to use from any thread.
public enum PercentEncoding {
    /// Letters, digits and `-._~`, which stand for themselves in every part (RFC 3986, section 2.3).
    private static let unreserved = ByteSet(
        UInt8(ascii: "-")...UInt8(ascii: "~"), except: "/:;<=>?@[\\]^`{|}")

    /// Encodes a text so that it may stand in any part of a URI.
    ///
    /// - Parameter text: The text.
    /// - Returns: Letters, digits and `-._~` as they are, and every other byte of the UTF-8 as `%XX` in upper case.
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

    /// Decodes a part of a URI into text.
    ///
    /// - Parameter text: The encoded part. `+` stands for itself.
    /// - Returns: The text; nil where a `%` is not followed by two hexadecimal digits, or the decoded bytes are not UTF-8.
    public static func decode(_ text: some StringProtocol) -> String? {
        decode(bytes: text.utf8).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// Decodes a part of a URI into bytes, of any encoding.
    ///
    /// - Parameters:
    ///   - text: The bytes of the encoded part.
    ///   - plusIsSpace: Whether `+` stands for a space, as in the query that a form makes.
    /// - Returns: The bytes; nil where a `%` is not followed by two hexadecimal digits.
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
