/// Numbers as BLOBs, little-endian.
enum VectorColumn {
    static func bytes(_ vector: [Float]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(vector.count * 4)
        for component in vector { append(UInt64(component.bitPattern), 4, to: &bytes) }
        return bytes
    }

    static func vector(_ bytes: [UInt8]) -> [Float] {
        stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map { start in
            Float(bitPattern: UInt32(truncatingIfNeeded: number(bytes, at: start, 4)))
        }
    }

    static func bytes(_ products: [Int64]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(products.count * 8)
        for product in products { append(UInt64(bitPattern: product), 8, to: &bytes) }
        return bytes
    }

    static func products(_ bytes: [UInt8]) -> [Int64] {
        stride(from: 0, to: bytes.count - bytes.count % 8, by: 8).map { Int64(bitPattern: number(bytes, at: $0, 8)) }
    }

    private static func append(_ number: UInt64, _ count: Int, to bytes: inout [UInt8]) {
        for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * index))) }
    }

    private static func number(_ bytes: [UInt8], at start: Int, _ count: Int) -> UInt64 {
        var number: UInt64 = 0
        for index in (0..<count).reversed() { number = number << 8 | UInt64(bytes[start + index]) }
        return number
    }
}
