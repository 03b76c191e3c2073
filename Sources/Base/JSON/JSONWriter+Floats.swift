import Bytes

extension JSONWriter {
    /// Writes an array of numbers, such as a vector, several times as fast as by ``float(_:)`` for each.
    ///
    /// Each number has as many decimals as it takes to read back as the same Float, whether a reader converts it directly
    /// or by way of a Double: often one digit more than the shortest form. Whole numbers have no fraction:
    /// `[0.25,1,-0.044194174]`. An infinite value and NaN become `null`, as JSON has no numbers for them: check the array
    /// before where they may occur.
    ///
    /// - Parameter values: The numbers.
    public mutating func floats(_ values: Span<Float>) {
        beginArray()
        let scales = FloatScale.all
        // Room for all of them at once: what is not needed is given back.
        text.append(addingCapacity: values.count * FloatScale.room + 8) { output in
            let start = output.count
            output.append(repeating: 0, count: output.freeCapacity)
            var bytes = output.mutableSpan
            var place = start
            for index in values.indices {
                place = FloatScale.write(values[index], scales.span, to: &bytes, at: place)
                bytes[place] = UInt8(ascii: ",")
                place += 1
            }
            output.removeLast(output.count - (values.isEmpty ? start : place - 1))
        }
        endArray()
    }
}

/// How many decimals the Floats of one binary exponent get.
///
/// Half a unit of the last decimal is less than a quarter of the distance between neighbours, which is half of the distance
/// to the nearest midpoint also below a power of two. So the text lies clearly between the midpoints, and reads back as
/// the same Float; also by way of a Double, whose rounding is 2^29 times as fine. `value * 10^count` is computed as a
/// Double, with an error as small, and is below 10^9.
private struct FloatScale: Sendable {
    /// The decimals, at most 18.
    var count: Int
    /// 10^count, which a Double holds exactly.
    var power: Double
    var wholePower: UInt64
    /// What makes nine decimals of fewer.
    var toNine: UInt64 = 1

    /// For how many bytes a number has to have room: at most 22 with its comma, and words that are stored beyond its end.
    static let room = 24

    /// From 2^-30 to below 2^24, above which all Floats are whole.
    private static let leastExponent: UInt32 = 127 - 30

    static let all: [FloatScale] = (-30...23).map { exponent in
        var scale = FloatScale(count: 0, power: 1, wholePower: 1)
        // The distance of neighbours is 2^(exponent - 23).
        while 1 / scale.power >= Double(sign: .plus, exponent: exponent - 24, significand: 1) {
            scale.count += 1
            scale.power *= 10
            scale.wholePower *= 10
        }
        for _ in min(scale.count, 9)..<9 { scale.toNine *= 10 }
        return scale
    }

    /// - Returns: The place behind the number.
    @inline(__always)
    static func write(
        _ value: Float, _ table: Span<FloatScale>, to bytes: inout MutableSpan<UInt8>, at start: Int
    ) -> Int {
        let index = Int(truncatingIfNeeded: value.bitPattern >> 23 & 0xff) &- Int(leastExponent)
        guard index >= 0, index < table.count else { return writeRare(value, to: &bytes, at: start) }
        var place = start
        bytes[place] = UInt8(ascii: "-")
        place += value.sign == .minus ? 1 : 0
        let scale = table[index]
        var fraction = UInt64(Double(value.magnitude) * scale.power + 0.5)
        // What stands before the decimals: "0." and zeros, as a word whose first byte is the lowest.
        store(0x3030_3030_3030_2e30, to: &bytes, at: place)
        if fraction >= scale.wholePower {
            let (whole, rest) = fraction.quotientAndRemainder(dividingBy: scale.wholePower)
            place = write(whole, to: &bytes, at: place)
            if rest == 0 { return place }
            bytes[place] = UInt8(ascii: ".")
            place += 1
            fraction = rest
        } else {
            place += 2
        }
        if scale.count > 9 {
            // Of more decimals than nine, only the last nine are not zeros.
            if scale.count > 15 {
                store(0x3030_3030_3030_3030, to: &bytes, at: place + 6)
            }
            place += scale.count - 9
        }
        fraction &*= scale.toNine
        let first = fraction / 10
        let digits = eightDigits(first)
        store(digits | 0x3030_3030_3030_3030, to: &bytes, at: place)
        let last = UInt8(truncatingIfNeeded: fraction &- first &* 10)
        bytes[place + 8] = last | 0x30
        return place + (last == 0 ? 8 - digits.leadingZeroBitCount / 8 : 9)
    }

    /// The digits of a number below 10^8, a byte each, the first one lowest: halves, quarters and eighths at once.
    @inline(__always)
    private static func eightDigits(_ number: UInt64) -> UInt64 {
        let high = number / 10_000
        let fours = high | (number &- high &* 10_000) << 32
        let hundreds = (fours &* 10_486) >> 20 & 0x0000_007f_0000_007f
        let twos = hundreds | (fours &- hundreds &* 100) << 16
        let tens = (twos &* 103) >> 10 & 0x000f_000f_000f_000f
        return tens | (twos &- tens &* 10) << 8
    }

    /// Stores the bytes of a word, the lowest first.
    @inline(__always)
    private static func store(_ word: UInt64, to bytes: inout MutableSpan<UInt8>, at place: Int) {
        // Looked at here, the bounds need no look for each byte.
        precondition(place >= 0 && place < bytes.count &- 7)
        for index in 0..<8 { bytes[place &+ index] = UInt8(truncatingIfNeeded: word &>> UInt64(8 &* index)) }
    }

    private static func write(_ whole: UInt64, to bytes: inout MutableSpan<UInt8>, at start: Int) -> Int {
        var place = start
        var power: UInt64 = 1
        while whole / power >= 10 { power *= 10 }
        while power > 0 {
            bytes[place] = 0x30 + UInt8(whole / power % 10)
            power /= 10
            place += 1
        }
        return place
    }

    /// Zeros, the very small and the very large, and what is not a number.
    @inline(never)
    private static func writeRare(_ value: Float, to bytes: inout MutableSpan<UInt8>, at start: Int) -> Int {
        let text =
            if !value.isFinite {
                "null"
            } else if value == 0 {
                value.sign == .minus ? "-0.0" : "0"
            } else {
                value.description
            }
        var place = start
        for byte in text.utf8 {
            bytes[place] = byte
            place += 1
        }
        return place
    }
}
