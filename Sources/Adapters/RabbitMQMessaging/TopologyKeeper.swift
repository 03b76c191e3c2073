import AMQPClient
import Messaging
import Synchronization

/// Checks regularly whether the declared topology still exists, and creates what is missing: without its binding, a
/// queue gets nothing while every publication is still confirmed for the other queues.
struct TopologyKeeper: Sendable {
    let session: AMQPSession
    let declared: DeclaredTopology
    let configuration: RabbitMQConfiguration
    let notify: @Sendable (RabbitMQNotice) -> Void

    private var declarer: TopologyDeclarer { TopologyDeclarer(session: session, configuration: configuration) }

    /// Runs until the task is cancelled. The first check comes with the first connection, on which what is missing was
    /// made without a look at the arguments of the rest.
    func run() async {
        while !isConnected, !Task.isCancelled {
            let state = session.state
            if state == .closed { return }
            if !isConnected { _ = await session.state(after: state) }
        }
        await repair()
        while !Task.isCancelled {
            let next = ContinuousClock.now + configuration.repairInterval
            while ContinuousClock.now < next {
                let pause = min(configuration.bindingInterval, next - .now)
                do { try await Task.sleep(for: pause) } catch { return }
                if ContinuousClock.now < next { await bind() }
            }
            await repair()
        }
    }

    /// Creates every binding. If a binding's exchange or queue is missing, checks everything.
    func bind() async {
        guard isConnected else { return }
        do throws(AMQPError) {
            _ = try await declarer.make(Topology(exchanges: [], queues: [], bindings: declared.current.bindings))
        } catch {
            if error.code == .notFound { await repair() }
        }
    }

    /// Checks and repairs once. While the broker is away there is nothing to check, and the next connection declares by
    /// itself.
    func repair() async {
        guard isConnected else { return }
        let (topology, known) = (declared.current, declared.known)
        do throws(AMQPError) {
            let findings = try await declarer.inspect(
                topology, comparing: declared.mayCompare.load(ordering: .relaxed))
            if findings.contains(where: { $0.part != .binding && $0.isUnknown }) {
                declared.mayCompare.store(false, ordering: .relaxed)
            }
            if let mismatch = MessagingError.mismatch(findings, configuration) {
                // Others decided so, and what exists still works. Only the rest is repaired.
                notify(.repairFailed(mismatch))
            }
            let made = try await declarer.make(topology)
            for notice in declared.exists(topology, made: made, known: known) { notify(notice) }
        } catch {
            if isConnected, !Task.isCancelled { notify(.repairFailed(MessagingError(error, configuration))) }
        }
    }

    private var isConnected: Bool {
        switch session.state {
        case .connected, .blocked: true
        case .connecting, .disconnected, .closed: false
        }
    }
}
