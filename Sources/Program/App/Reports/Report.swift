/// The result of a command, for programs and for people.
package protocol Report {
    var json: [UInt8] { get }
    /// The result as lines, each with its line feed.
    var text: String { get }
}
