import AMQPClient
import Messaging

/// Checks regularly whether the declared topology still exists, and creates what is missing: without its binding, a
/// queue gets nothing while every publication is still confirmed for the other queues.
struct TopologyKeeper: Sendable {
    let session: AMQPSession
    let declared: DeclaredTopology
    let configuration: RabbitMQConfiguration
    let notify: @Sendable (RabbitMQNotice) -> Void

    /// Runs until the task is cancelled.
    func run() async {
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
        let declarer = TopologyDeclarer(session: session, queueType: configuration.queueType)
        do throws(AMQPError) {
            try await declarer.make(Topology(exchanges: [], queues: [], bindings: declared.current.bindings))
        } catch {
            if error.code == .notFound { await repair() }
        }
    }

    /// Checks and repairs once. While the broker is away there is nothing to check, and the next connection declares by
    /// itself.
    func repair() async {
        guard isConnected else { return }
        let topology = declared.current
        let declarer = TopologyDeclarer(session: session, queueType: configuration.queueType)
        do throws(AMQPError) {
            let findings = try await declarer.inspect(topology)
            if let mismatch = MessagingError.mismatch(findings, configuration) {
                // Others decided so, and what exists still works. Only the rest is repaired.
                notify(.repairFailed(mismatch))
            }
            let differing = Set(findings.filter { !$0.isGood && $0.state != .missing }.map(\.name))
            try await declarer.make(topology.without(differing))
            for finding in findings where finding.state == .missing {
                notify(.restored(finding.part, name: finding.name))
            }
        } catch {
            if isConnected, !Task.isCancelled { notify(.repairFailed(MessagingError(refusal: error, configuration))) }
        }
    }

    private var isConnected: Bool {
        switch session.state {
        case .connected, .blocked: true
        case .connecting, .disconnected, .closed: false
        }
    }
}

extension Topology {
    /// Leaves out the exchanges and queues with these names; bindings stay.
    fileprivate func without(_ names: Set<String>) -> Topology {
        Topology(
            exchanges: exchanges.filter { !names.contains($0.name) },
            queues: queues.filter { !names.contains($0.name) }, bindings: bindings)
    }
}
