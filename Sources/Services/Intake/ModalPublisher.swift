import EventLoops
package import Events
package import Messaging
package import Stores
import Workers

/// Brings posted events to the stores in the mode that holds when a request begins: publishes them, writes them into the
/// stores, or both.
///
/// What is written is read from the very message that is published, so that both paths bring the same content. May be used
/// from any task.
package struct ModalPublisher: Publisher {
    /// How long a request in the mode `parallel` waits for the stores before it goes on without them.
    private let storeTimeout: Duration

    /// What happened to events without their requests' failing, for logs.
    package enum Report: Sendable, Hashable {
        /// In the mode `parallel`, events were published and not written: they come by the queue alone.
        case unwritten(count: Int, String)
        /// The ledger of arrivals does not expect these events: a comparison will not see them.
        case unexpected(count: Int, StoreError)
    }

    private let queue: any Publisher
    private let direct: DirectWriter
    private let modes: ModeSwitch
    private let ledger: any ArrivalLedger
    private let now: @Sendable () -> Timestamp
    private let report: @Sendable (Report) -> Void

    /// - Parameters:
    ///   - queue: Publishes to the broker.
    ///   - ledger: Is told which events go both ways.
    ///   - storeTimeout: How long a request in the mode `parallel` waits for the stores.
    ///   - now: The wall clock.
    ///   - report: Called by the tasks of requests, and expected to return at once.
    package init(
        queue: any Publisher, direct: DirectWriter, modes: ModeSwitch, ledger: any ArrivalLedger,
        storeTimeout: Duration = .seconds(2), now: @escaping @Sendable () -> Timestamp,
        report: @escaping @Sendable (Report) -> Void = { _ in }
    ) {
        self.queue = queue
        self.direct = direct
        self.modes = modes
        self.ledger = ledger
        self.storeTimeout = storeTimeout
        self.now = now
        self.report = report
    }

    /// See ``Publisher/publish(_:)``.
    package nonisolated(nonsending) func publish(_ publications: [Publication]) async -> [PublishOutcome] {
        switch modes.mode {
        case .queue: await queue.publish(publications)
        case .direct: await write(publications)
        case .parallel: await publishAndWrite(publications)
        }
    }

    // Neither function is inlined: their locals would be part of the memory of every waiting request.

    @inline(never)
    private nonisolated(nonsending) func write(_ publications: [Publication]) async -> [PublishOutcome] {
        let (events, rejected) = events(in: publications)
        var outcomes = rejected
        let answers = await direct.write(events.map(\.event))
        for (event, answer) in zip(events, answers) { outcomes[event.place] = PublishOutcome(answer) }
        return outcomes
    }

    /// The stores come first: what they refuse for good is not published either. A store that fails or does not answer in
    /// time keeps no event from being published.
    @inline(never)
    private nonisolated(nonsending) func publishAndWrite(_ publications: [Publication]) async -> [PublishOutcome] {
        let (events, rejected) = events(in: publications)
        let arrivals = events.map { Arrival($0.event) }
        do throws(StoreError) {
            // Before the first of the events can arrive anywhere.
            try await ledger.expect(arrivals, at: .all, time: now())
        } catch {
            report(.unexpected(count: arrivals.count, error))
        }
        var outcomes = rejected
        var published: [Int] = []
        var unwritten: (count: Int, reason: String) = (0, "")
        let answers = await writing(events.map(\.event))
        for (event, answer) in zip(events, answers) {
            switch answer {
            case .conflict, .rejected: outcomes[event.place] = PublishOutcome(answer)
            case .stored: published.append(event.place)
            case .failed(let reason):
                published.append(event.place)
                if unwritten.count == 0 { unwritten.reason = reason }
                unwritten.count += 1
            }
        }
        if unwritten.count > 0 { report(.unwritten(count: unwritten.count, unwritten.reason)) }
        if !published.isEmpty {
            let confirmed = await queue.publish(published.map { publications[$0] })
            for (place, outcome) in zip(published, confirmed) { outcomes[place] = outcome }
        }
        let refused = zip(events, arrivals).filter { !outcomes[$0.0.place].isDurable }.map(\.1)
        if !refused.isEmpty { try? await ledger.refuse(refused) }
        return outcomes
    }

    /// Writes without making the caller wait for a store that hangs: the writes then go on alone, and are noted when they
    /// are done.
    private nonisolated(nonsending) func writing(_ events: [Event]) async -> [DirectLane.Answer] {
        let answers = Latch<[DirectLane.Answer]>()
        Task { [direct] in answers.set(await direct.write(events)) }
        let inTime = await withTaskGroup(of: [DirectLane.Answer]?.self) { group in
            group.addTask { await answers.wait() }
            group.addTask { [storeTimeout] in
                try? await Task.sleep(for: storeTimeout)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        return inTime
            ?? Array(
                repeating: .failed("the stores have not answered within \(storeTimeout.components.seconds) s"),
                count: events.count)
    }

    private typealias Placed = (place: Int, event: Event)

    /// The events in the messages, and an outcome for each message; of the events, it is replaced by that of writing them.
    private func events(in publications: [Publication]) -> ([Placed], [PublishOutcome]) {
        var events: [Placed] = []
        events.reserveCapacity(publications.count)
        let receivedAt = now()
        let outcomes = publications.indices.map { place in
            do throws(EventRejection) {
                let event = try EventMessage.event(in: publications[place].message, receivedAt: receivedAt)
                events.append((place, event))
                return PublishOutcome.stored
            } catch {
                return .unencodable("\(error)")
            }
        }
        return (events, outcomes)
    }
}

extension PublishOutcome {
    fileprivate init(_ answer: DirectLane.Answer) {
        self =
            switch answer {
            case .stored: .stored
            case .conflict(let text): .conflict(text)
            case .rejected(let text): .unstorable(text)
            case .failed(let text): .failed(MessagingError(.unavailable, text))
            }
    }
}
