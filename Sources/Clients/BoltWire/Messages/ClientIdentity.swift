/// What HELLO tells about the client. A value; safe to use from any thread.
public struct ClientIdentity: Sendable, Hashable {
    /// The application, as the server's lists of connections and queries show it, such as `shop/2.1`.
    public var userAgent: String
    /// The library, such as `my-driver/1.0`; told from 5.3 on, where servers insist on it.
    public var product: String
    /// The operating system; nil sends none.
    public var platform: String?

    /// Makes what HELLO tells.
    ///
    /// - Parameters:
    ///   - userAgent: The application.
    ///   - product: The library; nil stands for `userAgent`.
    ///   - platform: The operating system; nil sends none.
    public init(userAgent: String, product: String? = nil, platform: String? = nil) {
        self.userAgent = userAgent
        self.product = product ?? userAgent
        self.platform = platform
    }
}

/// Which notifications a server adds to results (5.2). A server before 5.2 sends all of them. A value; safe to use from any
/// thread.
public struct NotificationFilter: Sendable, Hashable {
    /// The least severity: `OFF`, which saves the server the work, `WARNING` or `INFORMATION`; nil leaves it to the server.
    public var minimumSeverity: String?
    /// The classifications that are left out, such as `PERFORMANCE`; nil leaves it to the server.
    public var disabledClassifications: [String]?

    /// Makes a filter.
    ///
    /// - Parameters:
    ///   - minimumSeverity: The least severity; nil leaves it to the server.
    ///   - disabledClassifications: The classifications that are left out; nil leaves it to the server.
    public init(minimumSeverity: String? = nil, disabledClassifications: [String]? = nil) {
        self.minimumSeverity = minimumSeverity
        self.disabledClassifications = disabledClassifications
    }

    /// No notifications.
    public static let off = NotificationFilter(minimumSeverity: "OFF")
}
