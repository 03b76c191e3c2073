import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// `prune` of a data folder in use.
    @Suite struct PruneTests {
        private func event(user: Int, product: Int, daysAgo: Double) -> String {
            let time = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: -daysAgo * 86_400))
            return """
                {"user_id":\(user),"product_id":\(product),"event_type":"view","user_session":"s\(user)",\
                "event_time":"\(time)","category_code":"shoes"}
                """
        }

        @Test("old interactions go from both stores while a server runs, and profiles and recommendations follow")
        func prunes() async throws {
            let directory = try TemporaryDirectory()
            defer { withExtendedLifetime(directory) {} }
            let (server, port) = try Program.serve(directory.path)
            let client = try RawClient(port: port)
            for user in 1...3 {
                #expect(client.request("POST", "/events", event(user: user, product: 1, daysAgo: 100))?.status == 200)
                #expect(client.request("POST", "/events", event(user: user, product: 2, daysAgo: 99))?.status == 200)
            }
            #expect(client.request("POST", "/events", event(user: 1, product: 3, daysAgo: 1))?.status == 200)
            #expect(client.request("POST", "/events", event(user: 1, product: 4, daysAgo: 1))?.status == 200)
            try await Audit.waitUntilQueuesAreEmpty(port: port)
            #expect(client.request("GET", "/products/1/related", "")?.body.contains(#""product_id":2"#) == true)

            let place = ["--data-dir", directory.path]
            let preview = try Program.run(["prune", "--older-than", "90d", "--dry-run", "--json"] + place)
            #expect(preview.status == 0)
            #expect(preview.output.contains(#""interactions":6,"vectors":6"#), "\(preview.output)")
            #expect(try Program.statistics(directory.path)["interactions"] as? Int == 8)
            // Nobody answers the question.
            #expect(try Program.run(["prune", "--older-than", "90d"] + place).status == 1)

            let (status, output) = try Program.run(
                ["prune", "--older-than", "90d", "--yes"] + place, readsErrors: true)
            #expect(status == 0, "\(output)")
            let statistics = try Program.statistics(directory.path)
            for (key, count) in ["users": 1, "products": 2, "interactions": 2, "profiles": 1, "vectors": 2] {
                #expect(statistics[key] as? Int == count, "\(key): \(statistics)")
            }
            #expect(client.request("GET", "/users/2/profile", "")?.status == 404)
            let profile = client.request("GET", "/users/1/profile", "")
            #expect(profile?.body.contains(#""view":2"#) == true, "\(profile?.body ?? "")")
            #expect(client.request("GET", "/products/1/related", "")?.body.contains(#""product_id":2"#) != true)
            #expect(client.request("GET", "/products/3/related", "")?.body.contains(#""product_id":4"#) == true)
            // A late event from before is taken, and goes with the next pruning.
            #expect(client.request("POST", "/events", event(user: 2, product: 1, daysAgo: 100))?.status == 200)
            try await Audit.waitUntilQueuesAreEmpty(port: port)
            let again = try Program.run(["prune", "--older-than", "90d", "--yes", "--json"] + place)
            #expect(again.output.contains(#""interactions":1,"vectors":1"#), "\(again.output)")
            #expect(server.terminate() == 0)
            #expect(try Program.run(["prune", "--older-than", "30m", "--yes"] + place).status == 2)
        }
    }
}
