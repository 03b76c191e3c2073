/// A version of the Bolt protocol. A value; safe to use from any thread.
///
/// Versions are compared and not enumerated: servers tell of versions that this library does not know.
public struct BoltVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The number before the dot.
    public let major: UInt8
    /// The number behind the dot.
    public let minor: UInt8

    /// Makes a version.
    ///
    /// - Parameters:
    ///   - major: The number before the dot.
    ///   - minor: The number behind the dot.
    public init(_ major: UInt8, _ minor: UInt8) {
        self.major = major
        self.minor = minor
    }

    /// The versions that this library speaks, in ascending order. There is no 5.5: no server has ever negotiated it.
    public static let known = [
        BoltVersion(4, 4),
        BoltVersion(5, 0), BoltVersion(5, 1), BoltVersion(5, 2), BoltVersion(5, 3), BoltVersion(5, 4),
        BoltVersion(5, 6), BoltVersion(5, 7), BoltVersion(5, 8),
        BoltVersion(6, 0), BoltVersion(6, 1),
    ]

    /// The numbers with a dot between them, such as `5.8`.
    public var description: String { "\(major).\(minor)" }

    /// Whether one version came before another.
    public static func < (one: BoltVersion, other: BoltVersion) -> Bool {
        (one.major, one.minor) < (other.major, other.minor)
    }
}

// What the versions differ in.
extension BoltVersion {
    /// LOGON and LOGOFF carry the login, which HELLO carries before.
    var hasLogon: Bool { self >= BoltVersion(5, 1) }
    /// HELLO, BEGIN and RUN may say which notifications the client wants.
    var hasNotificationFilter: Bool { self >= BoltVersion(5, 2) }
    /// HELLO names the client's product in `bolt_agent`.
    var hasAgent: Bool { self >= BoltVersion(5, 3) }
    /// There is a message TELEMETRY.
    var hasTelemetry: Bool { self >= BoltVersion(5, 4) }
    /// Notifications are switched off by classification; by category before.
    var hasClassifications: Bool { self >= BoltVersion(5, 6) }
}
