import Foundation
import Gzip
import TestSupport
import Testing

extension SystemTests {
    /// From events and a catalogue's file to products near to a user.
    @Suite struct CatalogueCommandTests {
        private let directory: TemporaryDirectory
        private var data: String { directory.file("data") }

        init() async throws {
            directory = try TemporaryDirectory()
        }

        private func write(_ text: String, _ name: String) throws -> String {
            let path = directory.file(name)
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            return path
        }

        private func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
            try Program.run(arguments + ["--data-dir", data], readsErrors: true)
        }

        private func object(_ output: String) -> [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]) ?? [:]
        }

        @Test("a catalogue is imported beside a server: near products follow from it, and rebuilt profiles")
        func importedCatalogue() async throws {
            let events = try write(
                "user_id,product_id,event_type,event_time\n1,10,view,2026-01-01 10:00:00\n"
                    + "1,11,purchase,2026-01-02 10:00:00\n2,12,view,2026-01-01 10:00:00\n", "events.csv")
            let begun = try run(["import", events])
            #expect(begun.status == 0, "\(begun.output)")
            let (server, port) = try Program.serve(data, ["--api-tokens", "secret"])
            let client = try RawClient(port: port)
            let before = client.request("GET", "/users/1/products")?.object["products"] as? [[String: Any]]
            #expect(before?.compactMap { $0["product_id"] as? Int }.sorted() == [10, 12])
            #expect(before?.allSatisfy { $0["stand_in"] as? Bool == true } == true)

            let catalogue = try write(
                (10...40).map { #"{"product_id":\#($0),"vector":[\#($0 % 7),1,0]}"# + "\n" }.joined(),
                "catalogue.ndjson")
            let imported = try run(["catalogue", "import", catalogue, "--json"])
            #expect(imported.status == 0, "\(imported.output)")
            #expect(object(imported.output)["stored"] as? Int == 31)
            #expect(object(imported.output)["dimension"] as? Int == 3)

            // Asked for by the vectors of the newest products, which need no rebuild; profiles do.
            #expect(client.request("GET", "/users/1/products?limit=3")?.status == 200)
            let rebuilt = try run(["profile", "rebuild", "--user", "1", "--json"])
            #expect(rebuilt.status == 0)
            #expect(object(rebuilt.output)["profiles"] as? Int == 1)
            let after = client.request("GET", "/users/1/products?limit=5&diversity=0.5")
            let products = after?.object["products"] as? [[String: Any]] ?? []
            #expect(products.count == 5)
            #expect(products.allSatisfy { $0["stand_in"] as? Bool == false && $0["product_id"] as? Int != 11 })

            #expect(try run(["profile", "rebuild"]).output.hasPrefix("2 profiles rebuilt"))
            let similar = client.request("GET", "/users/1/similar-users")?.object["users"] as? [[String: Any]]
            #expect(similar?.compactMap { $0["user_id"] as? Int } == [2])
            #expect(server.terminate() == 0)
        }

        @Test("a catalogue comes through a pipe, too, and rows that give no vector are named and end with status 1")
        func pipeAndRejections() async throws {
            let path = directory.file("catalogue.csv.gz")
            try Data(Gzip.compress(Array("product_id,vector\n1,\"[1, 0]\"\n2,\"[1]\"\n".utf8)))
                .write(to: URL(filePath: path))
            let (status, output) = try Program.run(
                ["catalogue", "import", "-", "--data-dir", data],
                input: try #require(FileHandle(forReadingAtPath: path)), readsErrors: true)
            #expect(status == 1)
            #expect(output.contains("line 3: the vector has 1 components, that of line 2 has 2"))
            #expect(output.contains("1 vectors of 2 components stored, 1 records rejected"))
            #expect(output.contains("1 of 2 records gave no vector: correct them"))
        }

        @Test("what cannot be a catalogue says what to do next")
        func mistakes() async throws {
            let events = try write("user_id,event_type\n1,view\n", "events.csv")
            let wrong = try run(["catalogue", "import", events])
            #expect(wrong.status == 1)
            #expect(wrong.output.contains("known forms"))
            let missing = try run(["catalogue", "import", directory.file("none")])
            #expect(missing.status == 1)
            #expect(missing.output.contains("none"))
            #expect(try run(["catalogue", "import", try write("1,1,2\n", "two.csv")]).status == 0)
            let other = try run(["catalogue", "import", try write("1,1,2,3\n", "three.csv")])
            #expect(other.status == 1)
            #expect(other.output.contains("the catalogue has vectors of 2 components, these have 3"))
            #expect(try run(["profile", "rebuild", "--user", "0"]).status == 2)
            #expect(try run(["catalogue", "import"]).status == 2)
        }
    }
}
