/// Services that run in parallel and are stopped in order.
package struct ServiceGroup: Sendable {
    private let services: [any Service]

    /// A group of these services, in the order of their start: a service follows those that it needs.
    package init(_ services: [any Service]) {
        self.services = services
    }

    /// Starts the services in order and runs them until `stop` returns, then stops them in reverse: each service has
    /// ended before the one that was started before it is cancelled.
    ///
    /// A service that returns by itself leaves the others alone. A service that fails ends all: the services after it
    /// are cancelled at once, those before it in reverse. A cancelled task cancels all at once, as well as `stop`.
    ///
    /// - Throws: The first error that a service threw.
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
