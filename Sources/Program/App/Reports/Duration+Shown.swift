import EventLoops

extension Duration {
    /// A wait as people read it, in milliseconds below a second and in tenths of seconds below ten: `72 ms`, `1.1 s`, `12 s`.
    var shown: String {
        let milliseconds = max(0, wholeMilliseconds)
        let tenths = (milliseconds + 50) / 100
        return switch milliseconds {
        case ..<1_000: "\(milliseconds) ms"
        case ..<9_950: "\(tenths / 10).\(tenths % 10) s"
        default: "\((milliseconds + 500) / 1_000) s"
        }
    }
}
