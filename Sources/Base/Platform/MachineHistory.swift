import Glibc

/// What has happened to this machine so far that ends processes through no fault of their own.
package struct MachineHistory: Sendable, Hashable {
    /// Names the time since the machine was started: another start has another name. Empty where Linux does not tell.
    package var boot: String
    /// How many processes Linux has killed since then for lack of memory, in all containers; 0 where it does not tell.
    package var memoryKills: Int

    package init(boot: String, memoryKills: Int) {
        self.boot = boot
        self.memoryKills = memoryKills
    }

    /// The history until now.
    package static func current() -> MachineHistory {
        let boot = FileSystem.readSmallFile("/proc/sys/kernel/random/boot_id") ?? ""
        let counters = (try? FileSystem.contents(of: "/proc/vmstat")) ?? []
        return MachineHistory(
            boot: String(boot.prefix { $0.isHexDigit || $0 == "-" }),
            memoryKills: memoryKills(in: String(decoding: counters, as: UTF8.self)))
    }

    static func memoryKills(in counters: String) -> Int {
        for line in counters.split(separator: "\n") where line.hasPrefix("oom_kill ") {
            return Int(line.dropFirst("oom_kill ".count)) ?? 0
        }
        return 0
    }
}
