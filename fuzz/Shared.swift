// What the fuzz targets share. Each target is one module with the sources that it fuzzes, so that internal parts can be
// reached and everything is instrumented.

/// The fuzzer's bytes as an array.
func input(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
    Array(UnsafeBufferPointer(start: start, count: count))
}

/// Ends the run: the fuzzer writes the input that led here into a file.
func check(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { fatalError(message()) }
}

/// Numbers that follow from the input's first octet, so that the same input always does the same.
struct Numbers {
    private var state: UInt64

    init(seed: UInt8) {
        state = UInt64(seed) &+ 1
    }

    /// A number below `bound`.
    mutating func next(below bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
}
