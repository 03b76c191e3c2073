package import Events
import Messaging
import Platform
import Stores

/// Looks at each part of the pipeline, and tells what is wrong and what mends it. Changes nothing, but for the data folder,
/// which is created where it is missing.
package struct Doctor: Sendable {
    /// Less room than this on the data folder's disk stops the pipeline soon, or now.
    private static let scarceBytes = 1 << 30
    private static let noBytes = 64 << 20
    /// Times from clocks that differ by more are wrong in what people see.
    private static let clockTolerance: Int64 = 5_000_000

    private let backEnds: BackEnds
    private let now: @Sendable () -> Timestamp

    /// - Parameter now: The wall clock.
    package init(_ backEnds: BackEnds, now: @escaping @Sendable () -> Timestamp) {
        self.backEnds = backEnds
        self.now = now
    }

    /// Runs all checks; those of a part that cannot be reached end with its first.
    package func examine() async -> DoctorReport {
        let (room, reserve) = folder()
        var diagnoses = [
            Diagnosis(
                "configuration",
                .good("broker \(backEnds.broker), graph \(backEnds.graph), vectors \(backEnds.vectors)")),
            Diagnosis("data folder", room),
        ]
        // Without the folder, what is embedded cannot be opened, and servers have nothing to do with it.
        if let reserve { diagnoses += await parts(reserve) }
        return DoctorReport(diagnoses: diagnoses)
    }

    private func parts(_ reserve: DiskReserve) async -> [Diagnosis] {
        async let broker = broker(reserve)
        async let graph = graph(reserve)
        async let vectors = vectors(reserve)
        return await broker + graph + vectors
    }

    // MARK: The data folder

    /// - Returns: What was found, and the room that is kept back on the folder's disk; nil where it cannot be used.
    private func folder() -> (Diagnosis.Finding, DiskReserve?) {
        let path = backEnds.dataDirectory
        let probe = "\(path)/doctor-\(ProcessStatistics.current().processID)"
        let remedy = "free room on its disk, or move it: --data-dir"
        do {
            let reserve = try DataFolder(backEnds).reserve
            try FileSystem.append([0], to: probe)
            try FileSystem.remove(probe)
            let free = try FileSystem.freeBytes(at: path)
            let text = "\(path) can be written, \(free / (1 << 20)) MiB are free"
            if free < Self.noBytes { return (.failure(text, remedy: remedy), reserve) }
            return (free < Self.scarceBytes ? .warning(text, remedy: remedy) : .good(text), reserve)
        } catch let error as BackupFailure {
            return (.failure("\(error)", remedy: "debias-events restore BACKUP --data-dir \(path)"), nil)
        } catch {
            try? FileSystem.remove(probe)
            return (
                .failure(
                    "\(path) cannot be written: \(error)",
                    remedy: "give this user the folder (chown -R), free room on its disk, or choose another: --data-dir"
                ),
                nil
            )
        }
    }

    // MARK: The broker

    private func broker(_ reserve: DiskReserve) async -> [Diagnosis] {
        do {
            return try await Scope.with { scope in
                let broker = scope.add(try await backEnds.connectBroker(reserve: reserve, nil)) { await $0.close() }
                return await examine(broker)
            }
        } catch {
            return [Diagnosis("broker", .failure("\(error)", remedy: Self.brokerRemedy))]
        }
    }

    /// What is embedded fails by its disk, or by the rights to its folder.
    private static let embeddedRemedy = "free room on the disk of the data folder, or give this user the folder"
    private static let brokerRemedy =
        "see that it runs and that --broker (RABBITMQ_URL) names it; rabbitmq-diagnostics status tells more"

    private func examine(_ broker: any Broker & TopologyInspector) async -> [Diagnosis] {
        let findings: [TopologyFinding]
        do throws(MessagingError) {
            findings = try await broker.inspect(backEnds.topology)
        } catch {
            return [Diagnosis("broker", .failure(error.message, remedy: Self.brokerRemedy))]
        }
        let name = await broker.serverName()
        var diagnoses = [
            Diagnosis("broker", name.flatMap { KnownVersions.finding($0) } ?? .good(name ?? "embedded"))
        ]
        let topology = topology(findings)
        diagnoses.append(Diagnosis("topology", topology))
        guard findings.allSatisfy({ $0.part == .binding || $0.state != .missing }) else { return diagnoses }
        let access = BrokerNeed.Access.api(.standard)
        do throws(MessagingError) {
            try await broker.checkAccess(publishingTo: access.exchanges, consuming: access.queues)
            diagnoses.append(Diagnosis("permissions", .good("this program may publish and consume")))
        } catch {
            diagnoses.append(
                Diagnosis(
                    "permissions",
                    .failure(
                        error.message, remedy: "rabbitmqctl set_permissions -p VHOST USER '.*' '.*' '.*'")))
        }
        if let failure = await broker.publishingFailure() {
            diagnoses.append(
                Diagnosis(
                    "publishing",
                    .failure(
                        failure.message,
                        remedy: backEnds.broker == .embedded
                            ? Self.embeddedRemedy
                            : "rabbitmq-diagnostics alarms: free memory or disk on the broker's host"
                    )
                ))
        }
        diagnoses += await queues(broker)
        return diagnoses
    }

    private func topology(_ findings: [TopologyFinding]) -> Diagnosis.Finding {
        let missing = findings.filter { $0.state == .missing }
        let different = findings.compactMap { finding -> String? in
            guard case .different(let differences) = finding.state else { return nil }
            return "\(finding.part.rawValue) \(finding.name): \(differences.map(\.description).joined(separator: ", "))"
        }
        guard different.isEmpty else {
            // What a broker does with an event that failed too often follows from these two.
            let loses = findings.contains { finding in
                guard case .different(let differences) = finding.state else { return false }
                return differences.contains { $0.argument == "x-dead-letter-exchange" && $0.found == nil }
            }
            return .failure(
                different.joined(separator: "; ")
                    + (loses ? "; without a dead-letter exchange, what fails too often is gone" : ""),
                remedy: "debias-events topology declare tells how to move each, with its messages")
        }
        if missing.count == findings.count {
            return .good("nothing is there yet: serve, or debias-events topology declare, makes it")
        }
        guard missing.isEmpty else {
            return .warning(
                "\(missing.map { "\($0.part.rawValue) \($0.name)" }.joined(separator: ", ")) not there",
                remedy: "debias-events topology declare, or the start of serve, makes them")
        }
        let limit = findings.compactMap { $0.wanted["x-delivery-limit"]?.argumentText }.first
        return .good(
            "\(findings.count) exchanges, queues and bindings are as configured"
                + (limit.map { "; the delivery limit is \($0)" } ?? ""))
    }

    private func queues(_ broker: any Broker) async -> [Diagnosis] {
        let names = PipelineTopology.workQueues + [PipelineTopology.deadLetterQueue]
        guard let status = try? await broker.status(of: names) else { return [] }
        return names.compactMap { name in
            guard let queue = status[name] else { return nil }
            return Diagnosis(name, finding(name, queue))
        }
    }

    private func finding(_ name: String, _ queue: QueueStatus) -> Diagnosis.Finding {
        let text = "\(queue.messages) messages, \(queue.consumers) consumers"
        if name == PipelineTopology.deadLetterQueue {
            return queue.messages == 0
                ? .good("no dead letters")
                : .warning(
                    "\(queue.messages) dead letters",
                    remedy: "debias-events dlq list --group shows their causes, dlq replay sends them back")
        }
        if queue.messages > Int(backEnds.queueMaxLength) / 2 {
            return .warning(
                "\(text); the queue takes \(backEnds.queueMaxLength)",
                remedy: "run more workers: debias-events worker --queue \(name.dropFirst("events.".count))")
        }
        if queue.messages > 0, queue.consumers == 0 {
            return .warning(
                text, remedy: "start a worker: debias-events worker --queue \(name.dropFirst("events.".count))")
        }
        return .good(text)
    }

    // MARK: The stores

    private func graph(_ reserve: DiskReserve) async -> [Diagnosis] {
        let remedy = "see that Neo4j runs, and NEO4J_URI, NEO4J_USER, NEO4J_PASSWORD"
        return await store("graph", at: backEnds.graph, remedy) { scope in
            let graph = scope.add(try await backEnds.openGraph(reserve: reserve, nil)) { await $0.close() }
            let server = try await graph.server()
            try await graph.checkWriting()
            return server
        }
    }

    private func vectors(_ reserve: DiskReserve) async -> [Diagnosis] {
        let remedy = "see that Qdrant runs, and QDRANT_URL, QDRANT_API_KEY, --vector-size"
        return await store("vectors", at: backEnds.vectors, remedy) { scope in
            let vectors = scope.add(try await backEnds.openProfiles(reserve: reserve, nil)) { await $0.close() }
            let server = try await vectors.server()
            try await vectors.checkWriting()
            return server
        }
    }

    private func store(
        _ part: String, at location: Location, _ remedy: String,
        _ look: (inout Scope) async throws -> StoreServer?
    ) async -> [Diagnosis] {
        do {
            return examine(part, try await Scope.with { scope in try await look(&scope) })
        } catch {
            return [
                Diagnosis(
                    part,
                    .failure(Self.text(error), remedy: location == .embedded ? Self.embeddedRemedy : remedy))
            ]
        }
    }

    private func examine(_ part: String, _ server: StoreServer?) -> [Diagnosis] {
        guard let server else { return [Diagnosis(part, .good("embedded, and can be written"))] }
        var diagnoses = [Diagnosis(part, KnownVersions.finding(server.name) ?? .good("\(server.name), can be written"))]
        if !server.missing.isEmpty {
            diagnoses.append(
                Diagnosis(
                    "\(part) schema",
                    .warning(
                        "\(server.missing.joined(separator: ", ")) not there yet",
                        remedy: "the first write makes what is missing; where this user may not, an administrator does")
                ))
        }
        if let clock = server.clock {
            let difference = now().microseconds - clock.microseconds
            let seconds = "\(difference.magnitude / 1_000_000) s"
            diagnoses.append(
                Diagnosis(
                    "\(part) clock",
                    difference.magnitude <= UInt64(Self.clockTolerance)
                        ? .good("as this machine's")
                        : .warning(
                            "\(seconds) \(difference > 0 ? "behind" : "ahead of") this machine's",
                            remedy: "synchronise both: timedatectl set-ntp true")))
        }
        return diagnoses
    }

    private static func text(_ error: any Error) -> String {
        (error as? StoreError)?.message ?? "\(error)"
    }
}
