import App
public import Arguments
public import Messaging

/// Where the pipeline's parts are; every command has these.
struct BackEndOptions: ArgumentGroup {
    @Option(
        help: "Folder of the embedded broker and stores; made if it is missing.", valueName: "folder",
        environment: "DEBIAS_DATA_DIR", completion: .directory)
    var dataDir = "debias-data"

    @Option(help: "The most events that may wait in a work queue.", valueName: "events")
    var queueMaxLength = 100_000

    @Option(help: "What a full work queue does with the next event.")
    var queueOverflow = Queue.Overflow.dropHead

    @Option(
        help: "JSON file of settings by option name, for what neither flags nor environment set.", valueName: "file",
        environment: "DEBIAS_CONFIG", completion: .file)
    var config: String?

    mutating func validate() throws {
        guard queueMaxLength >= 1 else { throw ValidationError("--queue-max-length has to be 1 or more") }
    }

    var backEnds: BackEnds {
        BackEnds(dataDirectory: dataDir, queueMaxLength: Int64(queueMaxLength), queueOverflow: queueOverflow)
    }
}

extension Queue.Overflow: ArgumentValue {}
