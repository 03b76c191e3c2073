import Glibc

/// What this process uses of the machine at one moment. Safe to use from any thread.
package struct ProcessStatistics: Sendable {
    package var processID: Int32
    /// The bytes of memory in use; 0 where the system does not report them.
    package var residentBytes: Int
    /// The most bytes of memory that were in use at the same time.
    package var peakResidentBytes: Int
    /// The processor time used so far, in user and kernel mode together.
    package var processorTime: Duration
    /// How many descriptors the process may have open.
    package var descriptorLimit: Int

    package static func current() -> ProcessStatistics {
        var usage = rusage()
        getrusage(selfUsage, &usage)
        return ProcessStatistics(
            processID: getpid(), residentBytes: residentBytes(), peakResidentBytes: peakBytes(usage),
            processorTime: duration(usage.ru_utime) + duration(usage.ru_stime),
            descriptorLimit: descriptorLimit())
    }

    /// The descriptors that the process has open; 0 where the system does not tell. Takes as long as there are many.
    package static func openDescriptors() -> Int {
        guard let directory = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // Not the folder itself, the one above, and the descriptor by which the folder is read.
        return max(0, count - 3)
    }

    /// How many processors this machine has in use.
    package static func processors() -> Int {
        max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    /// Raises the number of descriptors that may be open to the most that this user is permitted: a server needs one per
    /// connection, and the usual 1,024 are few.
    /// - Returns: The limit from now on.
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
