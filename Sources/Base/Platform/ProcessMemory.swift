import CLinux

/// The memory that the process has from the system, as glibc's allocator keeps it.
package enum ProcessMemory {
    /// Has all threads share so many pools of memory, where glibc would give a pool to each, up to eight per core. What one
    /// thread frees, another one uses then: half of what a server with 14 threads held was free, in pools of other threads.
    ///
    /// To be called before threads are made. Safe to call from any thread.
    package static func limitPools(to count: Int32) {
        _ = clinux_mallopt(clinux_arena_max, count)
    }

    /// Gives memory that is free back to the system, after work that needed much. Other threads wait for it, some
    /// milliseconds at most. Safe to call from any thread.
    package static func giveBackFree() {
        _ = clinux_malloc_trim(0)
    }
}
