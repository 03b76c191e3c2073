import FoundationEssentials
import TestSupport
import Testing

/// `scripts/deployment`, over the files of `deploy` with one fault each.
@Suite("The check of deployments", .serialized) struct DeploymentTests {
    struct Fault: CustomTestStringConvertible {
        let part: String
        let file: String
        let old: String
        let new: String
        /// What the check says of it.
        let complaint: String

        var testDescription: String { "\(file): \(new.isEmpty ? "without \(old)" : new)" }
    }

    private static let faults = [
        Fault(
            part: "systemd", file: "systemd/debias-events.service", old: "NoNewPrivileges=yes", new: "",
            complaint: "the units differ in what they may do"),
        Fault(
            part: "systemd", file: "systemd/debias-events.service", old: "Type=notify", new: "Type=notified",
            complaint: "Failed to parse service type"),
        Fault(
            part: "compose", file: "compose/docker-compose.yaml", old: "${QDRANT_API_KEY:?see .env.example}",
            new: "${QDRANT_API_KEY}", complaint: ".env.example and docker-compose.yaml differ"),
        Fault(
            part: "compose", file: "compose/docker-compose.yaml", old: "image: neo4j:5.26", new: "image: neo4j:latest",
            complaint: "is not pinned"),
        Fault(
            part: "compose", file: "compose/prometheus.yaml", old: "type: A", new: "type: B",
            complaint: "invalid DNS-SD records type"),
        Fault(
            part: "kubernetes", file: "kubernetes/api.yaml", old: "runAsUser", new: "runAsUsr",
            complaint: "'runAsUsr' was unexpected"),
        Fault(
            part: "kubernetes", file: "kubernetes/worker-qdrant.yaml", old: "--health-port", new: "--heath-port",
            complaint: "worker has no option --heath-port"),
        Fault(
            part: "kubernetes", file: "kubernetes/secret.example.yaml", old: "QDRANT_API_KEY: KEY", new: "OTHER: KEY",
            complaint: "secret.example.yaml has no QDRANT_API_KEY"),
        Fault(
            part: "chart", file: "helm/debias-events/templates/workers.yaml", old: "$worker.replicas",
            new: "$worker.replica", complaint: "uses a value that does not exist"),
        Fault(
            part: "chart", file: "helm/debias-events/templates/_helpers.tpl", old: "readOnlyRootFilesystem: true",
            new: "readOnlyRootFilesystem: false", complaint: "may do too much"),
        Fault(
            part: "chart", file: "helm/debias-events/templates/api.yaml", old: "seconds: 5", new: "seconds: 6",
            complaint: "chart and manifests differ"),
    ]

    @Test("a fault is found, and named", .timeLimit(.minutes(5)), arguments: faults)
    func fault(_ fault: Fault) async throws {
        let directory = try TemporaryDirectory()
        let root = Script.path("../deploy")
        let copy = directory.path + "/deploy"
        try FileManager.default.copyItem(atPath: root, toPath: copy)
        let file = "\(copy)/\(fault.file)"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try #require(text.contains(fault.old))
        let changed = text.replacing(fault.old, with: fault.new)
        try changed.write(toFile: file, atomically: true, encoding: .utf8)
        let command = "\"$0\" --root \"$1\" \"$2\" 2>&1 && echo accepted"
        let output = try await HelperProcess.run(
            "sh", ["-c", command + " || true", Script.path("deployment"), directory.path, fault.part])
        #expect(output.contains(fault.complaint))
        #expect(!output.contains("accepted"))
    }
}
