import Dispatch
import EventLoops
import Synchronization

/// A job that waits for a reading connection; it tells its caller itself.
struct ReadJob: Sendable {
    let run: @Sendable (Connection) -> Void
    let fail: @Sendable (any Error) -> Void
}

/// A few reading connections, each with a queue of its own, which share one line of jobs. Safe to use from any thread.
final class ReaderPool: Sendable {
    private struct State {
        var pending: [ReadJob] = []
        var idle: [Reader]
        var isClosed = false
    }

    private let state: Mutex<State>
    private let readers: [Reader]
    private let limit: Int
    private let path: String

    init(path: String, files: OpenedFiles, configuration: DatabaseConfiguration) {
        let readers = (1...max(1, configuration.readerCount)).map { number in
            Reader(number: number, path: path, files: files, configuration: configuration)
        }
        self.readers = readers
        state = Mutex(State(idle: readers.reversed()))
        limit = configuration.maximumPendingJobs
        self.path = path
    }

    func submit(_ job: ReadJob) {
        let (refusal, reader) = state.withLock { state -> (SQLiteError?, Reader?) in
            if state.isClosed { return (.closed(path: path), nil) }
            if state.pending.count >= limit { return (.overloaded(path: path, limit: limit), nil) }
            state.pending.append(job)
            // The one that was busy last, as its pages are the warmest.
            return (nil, state.idle.popLast())
        }
        if let refusal { job.fail(refusal) }
        reader?.work(for: self)
    }

    /// The jobs that a reader does next; when there are none, it is idle from then on.
    fileprivate func next(for reader: Reader) -> [ReadJob] {
        state.withLock { state in
            if state.pending.isEmpty {
                state.idle.append(reader)
                return []
            }
            // A share of them, so that the other readers have something to do too.
            let count = (state.pending.count + readers.count - 1) / readers.count
            let jobs = Array(state.pending.prefix(count))
            state.pending.removeFirst(count)
            return jobs
        }
    }

    /// Refuses further jobs, waits for those that were accepted, and closes the connections.
    func close() async {
        state.withLock { $0.isClosed = true }
        for reader in readers { await reader.close(jobsOf: self) }
    }
}

/// One reading connection on its own queue, opened at its first job.
private actor Reader {
    private nonisolated let executor: QueueExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private let path: String
    private let files: OpenedFiles
    private let configuration: DatabaseConfiguration
    private var connection: Connection?

    init(number: Int, path: String, files: OpenedFiles, configuration: DatabaseConfiguration) {
        executor = QueueExecutor(label: "sqlite.reader.\(number)")
        self.path = path
        self.files = files
        self.configuration = configuration
    }

    nonisolated func work(for pool: ReaderPool) {
        executor.queue.async { self.assumeIsolated { $0.runJobs(of: pool) } }
    }

    private func runJobs(of pool: ReaderPool) {
        while true {
            let jobs = pool.next(for: self)
            if jobs.isEmpty { return }
            for job in jobs { run(job) }
        }
    }

    private func run(_ job: ReadJob) {
        do {
            job.run(try openConnection())
        } catch {
            job.fail(error)
        }
    }

    private func openConnection() throws(SQLiteError) -> Connection {
        try files.requireInPlace()
        if let connection { return connection }
        let opened = try Connection.open(path: path, configuration: configuration, creating: false)
        try opened.configure(.reader, configuration)
        connection = opened
        return opened
    }

    func close(jobsOf pool: ReaderPool) {
        runJobs(of: pool)
        if let connection, !files.areInPlace { connection.leaveLogWhenClosed() }
        connection?.removeStatements()
        connection = nil
    }
}
