import Platform

/// How an embedded broker is opened; the defaults suit every use but tests.
package struct EmbeddedBrokerConfiguration: Sendable {
    /// The time in milliseconds since 1970, by which messages expire.
    package var now: @Sendable () -> Int64 = { WallClock.microseconds() / 1_000 }
    /// How often, while consumers wait and nothing happens, it is asked whether another process has published; right
    /// after something happened it is asked ten times as often.
    package var idlePollInterval: Duration = .milliseconds(100)
    /// How many bytes of publications may wait for the disk before further ones fail as `.blocked`.
    package var maximumPendingBytes = 64 << 20
    /// The largest body that is taken; RabbitMQ 4's default.
    package var maximumBodyBytes = 16 << 20

    /// The defaults.
    package init() {}
}
