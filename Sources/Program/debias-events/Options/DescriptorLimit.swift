import Platform

/// How many files, sockets and the like the process may open.
enum DescriptorLimit {
    /// Enough for what a command opens, and for some clients: `serve` keeps a quarter of so few for itself.
    static let needed = 256

    /// Raises the limit to the most that this user is permitted.
    ///
    /// - Throws: ``CommandFailure`` where that is not enough: the process would end somewhere, at a file or a thread that
    ///   cannot be opened.
    static func raise() throws {
        let limit = ProcessStatistics.raiseDescriptorLimit()
        guard limit >= needed else {
            throw CommandFailure(
                "this process may open \(limit) files and needs \(needed), and serve one more for each connection: raise "
                    + "the limit, with `ulimit -n 16384` in a shell or LimitNOFILE=16384 in a unit of systemd")
        }
    }
}
