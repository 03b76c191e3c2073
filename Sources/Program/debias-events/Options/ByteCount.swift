import Arguments

/// A number of bytes, as an argument.
struct ByteCount: ArgumentValue, Hashable {
    let bytes: Int

    private static let units: [(name: String, bytes: Int)] = [
        ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1),
    ]

    init(bytes: Int) {
        self.bytes = bytes
    }

    /// Reads a whole number with one of the units `B`, `KiB`, `MiB` and `GiB`, which may be in any case and shortened to
    /// their first letter: `512MiB`, `512m`.
    init(argument: String) throws(ArgumentValueError) {
        let digits = argument.prefix { ("0"..."9").contains($0) }
        let name = argument.dropFirst(digits.count).lowercased()
        let unit = Self.units.first { [$0.name.lowercased(), $0.name.prefix(1).lowercased()].contains(name) }
        guard let number = Int(digits), let unit,
            case let (bytes, overflow) = number.multipliedReportingOverflow(by: unit.bytes), !overflow
        else { throw ArgumentValueError(expected: "a number of bytes with its unit, such as 512MiB or 2GiB") }
        self.bytes = bytes
    }

    /// The number in the largest unit that divides it.
    var argumentText: String {
        let unit = Self.units.first { bytes >= $0.bytes && bytes % $0.bytes == 0 } ?? ("B", 1)
        return "\(bytes / unit.bytes)\(unit.name)"
    }

    static var valueName: String { "bytes" }
}
