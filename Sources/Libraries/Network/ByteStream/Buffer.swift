/// Memory at an address that does not change, for C calls to write to and read from: not initialised, so that pages
/// that are not used cost nothing.
///
/// Not safe across threads: it belongs to one actor.
final class Buffer {
    let start: UnsafeMutableRawPointer
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        start = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit {
        start.deallocate()
    }

    /// A copy of what stands at the beginning.
    func bytes(_ range: PartialRangeUpTo<Int>) -> [UInt8] {
        let count = min(range.upperBound, capacity)
        return [UInt8](unsafeUninitializedCapacity: count) { target, filled in
            UnsafeMutableRawBufferPointer(target).copyMemory(from: UnsafeRawBufferPointer(start: start, count: count))
            filled = count
        }
    }

    /// Puts `bytes`, as many as fit, to the beginning.
    func replace(with bytes: ArraySlice<UInt8>) {
        bytes.prefix(capacity).withUnsafeBytes { source in
            UnsafeMutableRawBufferPointer(start: start, count: capacity).copyMemory(from: source)
        }
    }
}
