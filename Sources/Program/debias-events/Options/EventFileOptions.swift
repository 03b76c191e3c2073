import Arguments
import Events
package import FileImport

/// How a file of events is read.
struct EventFileOptions: ArgumentGroup {
    @Option(help: "The format of the lines; auto recognises it by the first line.")
    var format = ImportFormat.auto

    @Option(help: "The character between the fields of a line; tab for a tab.")
    var separator = FieldSeparator.comma

    @Option(help: "The columns or members that hold the fields of events, where their names are not known.")
    var columns = FieldMapping()

    @Option(help: "What the file's names of event types mean, before the names that are known.")
    var map = EventNames()

    @Option(help: "The type of all events, in a file that names none.")
    var type: EventType?

    @Option(help: "The pause that starts a new session, in a file without sessions.")
    var sessionGap = Duration.seconds(30 * 60)

    mutating func validate() throws {
        guard sessionGap > .zero else { throw ValidationError("--session-gap must be above 0") }
        guard columns == FieldMapping() || format != .taobao else {
            throw ValidationError("--format taobao has its own columns; leave one of --format and --columns out")
        }
    }

    var options: ImportOptions {
        ImportOptions(
            format: format, separator: separator.byte, columns: columns, names: map, type: type,
            sessionGap: sessionGap)
    }
}

extension ImportFormat: ArgumentValue {}
