/// Services that run side by side and are stopped in an order.
package struct ServiceGroup: Sendable {
    private let services: [any Service]

    /// A group of these services, in the order in which they are started: a service stands behind those that it needs.
    package init(_ services: [any Service]) {
        self.services = services
    }

    /// Starts the services in order and runs them until `stop` returns, then stops them in reverse: each is cancelled
    /// and waited for before the one that was started before it.
    ///
    /// A service that returns by itself leaves the others alone. One that fails ends all: the services behind it are
    /// cancelled at once, those before it in reverse. A cancelled task cancels all at once, as well as `stop`.
    ///
    /// - Throws: what a service threw first.
    package func run(until stop: @escaping @Sendable () async -> Void) async throws {
        try await Self.run(services[...], until: stop)
    }

    private static func run(
        _ services: ArraySlice<any Service>, until stop: @escaping @Sendable () async -> Void
    ) async throws {
        guard let service = services.first else { return await stop() }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addImmediateTask {
                try await service.run()
                return false
            }
            group.addImmediateTask {
                try await run(services.dropFirst(), until: stop)
                return true
            }
            while let areOthersStopped = try await group.next() {
                if areOthersStopped { group.cancelAll() }
            }
        }
    }
}
