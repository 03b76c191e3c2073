package import EventLoops
package import Platform

/// How an embedded broker is opened; the defaults suit every use except tests.
package struct EmbeddedBrokerConfiguration: Sendable {
    /// The clock by which messages expire, in milliseconds since 1970.
    package var now: @Sendable () -> Int64 = { WallClock.microseconds() / 1_000 }
    /// How often the broker checks whether another process has published, while consumers wait and nothing happens;
    /// right after something happened it checks ten times as often.
    package var idlePollInterval: Duration = .milliseconds(100)
    /// How many bytes of publications may wait for the disk before further ones fail as `.blocked`.
    package var maximumPendingBytes = 64 << 20
    /// The largest body that is accepted, in bytes; RabbitMQ 4's default.
    package var maximumBodyBytes = 16 << 20

    /// The loop of those who publish, if they share one: a commit answers them there, all by one wake-up of its thread. Nil
    /// answers each from the thread of the database.
    package var publishingExecutor: EventLoop?

    /// The reserve of the disk of the data folder, with which consumers go on when it is full; nothing is published while
    /// the reserve is released.
    package var reserve: DiskReserve?

    package init() {}
}
