/// Tells the beginning of a plain HTTP request from that of a TLS session: capital letters up to a space. A record of TLS
/// begins with 22 instead.
struct PlainHTTPDetector {
    enum Verdict: Equatable {
        /// More bytes have to come; those that came are held.
        case undecided
        case isPlainHTTP
        /// TLS, or nothing that is known. What was held comes before the bytes that decided.
        case isOther(held: [UInt8])
    }

    /// The longest method that is known has 17 letters (UPDATEREDIRECTREF).
    private static let maximumLetters = 20

    private var letters: [UInt8] = []

    mutating func look(at bytes: Span<UInt8>) -> Verdict {
        let held = letters
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "A")...UInt8(ascii: "Z") where letters.count < Self.maximumLetters:
                letters.append(bytes[index])
            case UInt8(ascii: " ") where letters.count >= 3: return .isPlainHTTP
            default: return .isOther(held: held)
            }
        }
        return .undecided
    }
}
