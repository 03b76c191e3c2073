import Observability
import Platform
import Stores

/// The data folder as it was found, before the parts of the pipeline were opened in it.
struct DataFolder {
    private static let queues = FolderDatabase.queues.path
    private static let graph = FolderDatabase.graph.path
    private static let profiles = FolderDatabase.profiles.path

    /// All databases, in the order in which events pass through them.
    static let databases: [FolderDatabase] = [.spool, .queues, .graph, .profiles]

    /// The room that is kept back on its disk.
    let reserve: DiskReserve
    private let files: [String]
    private let missing: [String]

    /// Creates the folder if it does not exist.
    ///
    /// - Throws: `SystemError`; ``BackupFailure`` for a folder that is not wholly restored.
    init(_ backEnds: BackEnds) throws {
        let path = backEnds.dataDirectory
        try FileSystem.createDirectory(path)
        guard !FileSystem.exists("\(path)/\(DataFolderRestore.unfinished)") else {
            throw BackupFailure(
                "\(path) is being restored, or a restore into it was broken off: restore into it again")
        }
        var files: [String] = []
        if backEnds.broker == .embedded { files.append(Self.queues) }
        if backEnds.graph == .embedded { files.append(Self.graph) }
        if backEnds.vectors == .embedded { files.append(Self.profiles) }
        self.files = files
        missing = files.filter { !FileSystem.exists("\(path)/\($0)") }
        reserve = DiskReserve(directory: path)
    }

    /// Tells what the user has to know of the folder: a disk that is full, and files that were missing although others
    /// hold events. Every event goes into the queues, the graph and the profiles.
    func report(to log: Log, graph: any GraphStore, profiles: any ProfileStore) async {
        if let refusal = reserve.refusal {
            log(.warning, "the disk is full, and new events are refused", ["cause": refusal])
        }
        guard !missing.isEmpty else { return }
        // A store that cannot be read tells so when it is used.
        var counts: [String: Int] = [:]
        if files.contains(Self.graph) { counts[Self.graph] = try? await graph.statistics().interactions }
        if files.contains(Self.profiles) { counts[Self.profiles] = try? await profiles.statistics().vectors }
        guard let full = counts.max(by: { $0.value < $1.value }), full.value > 0 else { return }
        log(
            .warning, "files of the data folder were missing, and empty ones take their places",
            [
                "files": missing.joined(separator: " "), "beside": "\(full.key) with \(full.value) events",
                "next": "if they were removed by mistake, stop every process on the folder and put a copy back",
            ])
    }
}
