import HTTPMessages
import HTTPServer
import Intake
import JSON
import Messaging
import Stores
import Workers

/// What `GET /health/ready` says of one part.
private struct PartCheck: Sendable {
    let name: String
    /// `ok`, or what is wrong.
    var finding = "ok"
    /// Whether events can be sent here nevertheless.
    var isReady = true

    /// A part with a failure that keeps events away; none when `failure` is nil.
    init(_ name: String, failure: String? = nil) {
        self.name = name
        guard let failure else { return }
        finding = failure
        isReady = false
    }
}

extension Monitoring {
    /// `GET /health/ready`: of an API, whether events are to be sent here; of a worker, whether it may take events from
    /// its queue and write them into its store. That follows from what happened to the last event and to
    /// the last write of each store, as far as it is known, and else from asking the parts. A broker that is away, or
    /// refuses this program, is named; it does not matter as long as the spool has room.
    func ready() async -> HTTPResponse {
        let state = instruments.workers()
        let checks: [PartCheck]
        switch purpose {
        case .api:
            async let intake = mode?.mode == .direct ? directChecks() : intakeChecks(state)
            async let graph = check(storeOf: PipelineTopology.graphQueue, state)
            async let vectors = check(storeOf: PipelineTopology.profileQueue, state)
            checks = await intake + [graph, vectors]
        case .worker(let queue):
            async let broker = consumingCheck(queue, state)
            async let store = check(storeOf: queue, state)
            checks = await [broker, store]
        }
        let isReady = checks.allSatisfy(\.isReady)
        let isWell = checks.allSatisfy { $0.finding == "ok" }
        var json = JSONWriter()
        json.object { json in
            json.member("status", !isReady ? "unavailable" : isWell ? "ready" : "degraded")
            json.key("checks")
            json.object { json in
                for check in checks { json.member(check.name, check.finding) }
            }
            if let mode { json.member("mode", mode.mode.rawValue) }
            if !state.pauses.isEmpty { json.member("paused_workers", state.pauses) }
        }
        return HTTPResponse.json(json.bytes, status: isReady ? .ok : .serviceUnavailable)
    }

    private func check(storeOf queue: String, _ state: WorkersState) async -> PartCheck {
        let isGraph = queue == PipelineTopology.graphQueue
        let name = isGraph ? "graph" : "vectors"
        if let failure = state.pauses[queue] { return PartCheck(name, failure: "the last write failed: \(failure)") }
        do throws(StoreError) {
            if isGraph { try await graph.checkWriting() } else { try await profiles.checkWriting() }
            return PartCheck(name)
        } catch {
            return PartCheck(name, failure: error.message)
        }
    }

    /// Whether the broker gives this process events from the queue. That follows from what it gives the workers:
    /// RabbitMQ can be asked for a permission only by a request that it logs as an error.
    private func consumingCheck(_ queue: String, _ state: WorkersState) async -> PartCheck {
        if let interruption = state.interruptions[queue] { return PartCheck("broker", failure: interruption.cause) }
        do throws(MessagingError) {
            guard try await broker.status(of: [queue])[queue] != nil else {
                return PartCheck(
                    "broker", failure: "the queue \(queue) is missing: debias-events topology declare creates it")
            }
            return PartCheck("broker")
        } catch {
            return PartCheck("broker", failure: error.message)
        }
    }

    /// Whether the last write of each store succeeded, where no broker is asked.
    private func directChecks() -> [PartCheck] {
        guard let failure = instruments.direct?.failure else { return [] }
        return [PartCheck("direct", failure: "the last event could not be written: \(failure)")]
    }

    /// Whether events can be made durable, and whether this process's workers get them.
    private func intakeChecks(_ state: WorkersState) async -> [PartCheck] {
        let publishing = await broker.publishingFailure()
        var failure = publishing?.message
        if failure == nil {
            do throws(MessagingError) {
                _ = try await broker.status(of: PipelineTopology.workQueues)
            } catch {
                failure = error.message
            }
        }
        do throws(MessagingError) {
            let spool = try await self.spool?()
            var check = PartCheck("broker", failure: failure ?? spool?.cause)
            if let spool, !check.isReady {
                check.finding += "; \(spool.messages) events of at most \(spool.limit) wait in the spool"
                check.isReady = !spool.isFull
            }
            // The last event tells more than any question, and a spool that cannot be written looks well, too.
            if let failure = intake.failure() {
                check = PartCheck("broker", failure: "the last event could not be made durable: \(failure)")
            }
            let takesNothing = publishing != nil || spool?.isInUse == true
            return [check] + directFindings + (takesNothing ? [] : interruptions(state))
        } catch {
            return [PartCheck("broker", failure: "\(failure.map { "\($0); " } ?? "")the spool fails: \(error.message)")]
        }
    }

    /// In the mode `parallel`, stores that fail keep no events away: these come by the queue.
    private var directFindings: [PartCheck] {
        guard mode?.mode == .parallel, let failure = instruments.direct?.failure else { return [] }
        var check = PartCheck("direct", failure: "events come by the queue alone: \(failure)")
        check.isReady = true
        return [check]
    }

    /// Workers that get nothing from a broker that takes events.
    private func interruptions(_ state: WorkersState) -> [PartCheck] {
        let texts = state.interruptions.filter { $0.value.duration > WorkersState.stallTimeout }
            .sorted { $0.key < $1.key }
            .map { "\($0.key) is not consumed since \($0.value.duration.components.seconds) s: \($0.value.cause)" }
        return texts.isEmpty ? [] : [PartCheck("workers", failure: texts.joined(separator: "; "))]
    }
}
