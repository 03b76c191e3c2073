import Glibc

/// What this process takes of the machine, at the moment it was asked. Safe to use from any thread.
package struct ProcessStatistics: Sendable {
    /// The process's number.
    package var processID: Int32
    /// Bytes of memory that it has now; 0 where the system does not tell.
    package var residentBytes: Int
    /// The most bytes of memory that it has had.
    package var peakResidentBytes: Int
    /// The processor time that it has used, in user and kernel mode together.
    package var processorTime: Duration
    /// How many descriptors it may have open.
    package var descriptorLimit: Int

    /// What holds now.
    package static func current() -> ProcessStatistics {
        var usage = rusage()
        getrusage(selfUsage, &usage)
        return ProcessStatistics(
            processID: getpid(), residentBytes: residentBytes(), peakResidentBytes: peakBytes(usage),
            processorTime: duration(usage.ru_utime) + duration(usage.ru_stime),
            descriptorLimit: descriptorLimit())
    }

    /// Raises the number of descriptors that may be open to the most that this user is permitted; a server needs one
    /// a connection, and the usual 1,024 are few.
    /// - Returns: the limit from now on.
    @discardableResult
    package static func raiseDescriptorLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(descriptorResource, &limit) == 0, limit.rlim_cur < limit.rlim_max else {
            return descriptorLimit()
        }
        limit.rlim_cur = limit.rlim_max
        setrlimit(descriptorResource, &limit)
        return descriptorLimit()
    }

    private static func descriptorLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(descriptorResource, &limit) == 0 else { return 0 }
        return Int(clamping: limit.rlim_cur)
    }

    private static func duration(_ time: timeval) -> Duration {
        .seconds(Int64(time.tv_sec)) + .microseconds(Int64(time.tv_usec))
    }

    private static let descriptorResource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    private static let selfUsage = RUSAGE_SELF.rawValue

    private static func peakBytes(_ usage: rusage) -> Int { usage.ru_maxrss * 1_024 }

    private static func residentBytes() -> Int {
        // The second number of statm: resident pages.
        guard let text = FileSystem.readSmallFile("/proc/self/statm") else { return 0 }
        let fields = text.split(separator: " ", maxSplits: 2)
        guard fields.count > 1, let pages = Int(fields[1]) else { return 0 }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
