/// The result of a command, for programs and for people.
package protocol Report {
    var json: [UInt8] { get }
    /// The result as lines, each with its line feed.
    var text: String { get }
}

extension Duration {
    /// In seconds, with two decimals.
    var inSeconds: String {
        let hundredths = Int(self / .milliseconds(10))
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}
