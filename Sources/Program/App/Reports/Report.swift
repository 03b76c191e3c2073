/// What a command answers with, for programs and for people.
package protocol Report {
    /// One JSON object.
    var json: [UInt8] { get }
    /// Lines, each with its line end.
    var text: String { get }
}
