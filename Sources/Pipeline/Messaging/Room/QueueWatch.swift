/// Looks regularly how many events wait in the work queues, so that ``GuardedPublisher`` stops before they are full.
package struct QueueWatch: Sendable {
    /// What the watch reports, for logs.
    package enum Report: Sendable, Hashable {
        /// A work queue is nearly full: new events are kept back.
        case full(queue: String, messages: Int, limit: Int)
        /// New events go to the queues again, which are half empty.
        case roomAgain
        /// The broker does not say how full its queues are: nothing is kept back.
        case blind(MessagingError)
    }

    private let broker: any Broker
    private let room: QueueRoom
    private let report: @Sendable (Report) -> Void

    /// - Parameter room: what the looks give to those who publish.
    package init(_ broker: any Broker, room: QueueRoom, report: @escaping @Sendable (Report) -> Void) {
        self.broker = broker
        self.room = room
        self.report = report
    }

    /// Looks until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            await look()
            // If the task is cancelled, the loop ends.
            try? await Task.sleep(for: room.change { $0.pause })
        }
    }

    /// Looks once.
    package func look() async {
        let look = room.change { $0.look() }
        let news: Report?
        do throws(MessagingError) {
            let ready = try await broker.status(of: PipelineTopology.workQueues).mapValues(\.ready)
            news = room.change { $0.end(look, ready) }
        } catch {
            news = room.change { $0.end(failedWith: error) }
        }
        if let news { report(news) }
    }
}
