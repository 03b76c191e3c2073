import CMicrohttpd
import Glibc

/// Reads a request's head out of the library's memory.
///
/// The library keeps the head as it came, with a NUL for what followed each part, and 0.9.75 is lenient about what that
/// was: a bare line feed ends a line, a NUL cuts a value, a folded line changes the name of the field before it. None
/// of that can be seen in the parts, but all of it shows in where they lie: each has to begin right behind the last.
struct HeadReader {
    private(set) var head: RequestHead
    private var expected: UnsafePointer<CChar>
    private let end: UnsafePointer<CChar>
    private var isContiguous: Bool

    init(
        target: UnsafePointer<CChar>, method: UnsafePointer<CChar>, version: UnsafePointer<CChar>, targetLength: Int,
        size: Int
    ) {
        let methodLength = strlen(method)
        let versionLength = strlen(version)
        head = RequestHead(
            method: UnsafeRawBufferPointer(start: method, count: methodLength),
            version: UnsafeRawBufferPointer(start: version, count: versionLength), size: size)
        isContiguous = target == method + methodLength + 1 && version == target + targetLength + 1
        expected = version + versionLength + Self.lineEnd
        end = method + size
    }

    mutating func readFields(of handle: OpaquePointer) {
        withUnsafeMutablePointer(to: &self) { reader in
            _ = MHD_get_connection_values_n(
                handle, .HEADER_KIND,
                { reader, _, name, nameLength, value, valueLength in
                    guard let reader = reader?.assumingMemoryBound(to: HeadReader.self), let name, let value else {
                        return .NO
                    }
                    reader.pointee.take(name, nameLength, value, valueLength)
                    return .YES
                }, reader)
        }
    }

    /// What is wrong with the head; nil for a sound one.
    mutating func finish() -> String? {
        if let problem = head.finish() { return problem }
        if Self.laysOutAsExpected, !isContiguous || expected + Self.lineEnd != end {
            return "The header holds a NUL, a folded line or a line that does not end with CR LF."
        }
        return nil
    }

    private mutating func take(
        _ name: UnsafePointer<CChar>, _ nameLength: Int, _ value: UnsafePointer<CChar>, _ valueLength: Int
    ) {
        head.take(
            name: UnsafeRawBufferPointer(start: name, count: nameLength),
            value: UnsafeRawBufferPointer(start: value, count: valueLength))
        if name != expected { isContiguous = false }
        expected = value + valueLength + Self.lineEnd
    }

    private static let lineEnd = 2

    /// Later versions were rewritten and refuse by themselves what this is about.
    private static let laysOutAsExpected = String(cString: MHD_get_version()).hasPrefix("0.9.")
}
