/// Follows JSON text byte by byte, as far as is needed to tell whether a place is inside of a value.
struct JSONStructure {
    private var position: Int
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    /// A state outside of all values, in front of the byte at `start`.
    init(start: Int) {
        position = start
    }

    /// Whether no array, object or string is open.
    var isOutside: Bool { depth == 0 && !isInString }

    /// Follows the text up to the byte before `end`; each byte is looked at once.
    mutating func advance(to end: Int, _ bytes: Span<UInt8>) {
        while position < end {
            let byte = bytes[position]
            position += 1
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
        }
    }
}
