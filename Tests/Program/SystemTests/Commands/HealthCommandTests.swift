import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// `health --url`, by which a container looks at what runs in it.
    @Suite struct HealthCommandTests {
        @Test("health asks what runs whether it is alive and ready, and fails where nothing of the kind listens")
        func probe() async throws {
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(directory.path)
            let url = "http://127.0.0.1:\(port)"
            let alive = try Program.run(["health", "--url", url, "--json"])
            #expect(alive.status == 0)
            #expect(alive.output.contains(#""status":"healthy""#))
            #expect(try Program.run(["health", "--url", url + "/", "--ready"]).status == 0)
            #expect(try Program.run(["health", "--url", url + "/docs"], readsErrors: true).status == 1)
            #expect(server.terminate() == 0)
            let gone = try Program.run(["health", "--url", url], readsErrors: true)
            #expect(gone.status == 1)
            #expect(gone.output.contains("does not answer"))
            #expect(try Program.run(["health", "--ready"]).status == 2)
        }
    }
}
