import EventLoops
import Foundation
import Gzip
import PipelineTesting
import Stores
import TestSupport
import Testing

@testable import FileImport

@Suite("Importing a catalogue")
struct CatalogueImporterTests {
    private struct Run {
        var summary: CatalogueSummary
        var rejected: [RejectedRecord]
        let store: FakeProfileStore

        init(_ contents: [UInt8], into store: FakeProfileStore = FakeProfileStore()) async throws {
            let folder = try TemporaryDirectory()
            let path = folder.file("vectors")
            try Data(contents).write(to: URL(filePath: path))
            let rejected = Recorder<RejectedRecord>()
            let importer = CatalogueImporter(backoff: Backoff(initial: .zero, maximum: .zero))
            summary = try await importer.run(.file(path), into: store, rejected: { rejected.append($0) })
            self.rejected = rejected.entries
            self.store = store
        }

        init(_ text: String, into store: FakeProfileStore = FakeProfileStore()) async throws {
            try await self.init(Array(text.utf8), into: store)
        }

        func vectors(_ target: [Float]) async throws -> [Int64: [Float]] {
            let found = try await store.nearestProducts(to: target, excluding: [], limit: 10_000)
            return Dictionary(uniqueKeysWithValues: found.map { ($0.productID, $0.vector) })
        }
    }

    @Test(
        "takes lines of JSON and the forms of CSV, each to the same vectors",
        arguments: [
            #"{"product_id":1,"vector":[3,4]}"# + "\n\n" + #"{"vector":[0,-0.5e1],"title":"x","product_id":2}"#,
            #"{"product_id":1,"vector":[3,4]}{"product_id":2,"vector":[0,-1]}"#,
            "product_id,vector\n1,\"[3, 4]\"\n2,\"[0, -1]\"\n",
            "1,\"[3,4]\"\r\n2,\"[0,-1]\"\r\n",
            "title,embedding,item_id\nkettle,\"[3, 4]\",1\n,\"[0,-2]\",2\n",
            "product_id,0,1\n1,3,4\n2,0,-.5\n",
            "1,3,4\n2, 0 ,-1e-3",
            "\u{FEFF}id,x,y\n1,3,4\n2,0,-1\n",
        ])
    func forms(text: String) async throws {
        for contents in [Array(text.utf8), Gzip.compress(Array(text.utf8))] {
            let run = try await Run(contents)
            #expect(run.rejected.map(\.message) == [])
            #expect(try await run.vectors([1, 0]) == [1: [0.6, 0.8], 2: [0, -1]])
            #expect(run.summary.read == 2 && run.summary.stored == 2 && run.summary.dimension == 2)
            #expect(run.summary.failure == nil)
        }
    }

    @Test("a record that gives no vector is left out, with its line and what is wrong, and is a failure in the end")
    func rejections() async throws {
        let run = try await Run(
            """
            {"product_id":1,"vector":[3,4]}
            {"product_id":2,"vector":[1,2,3]}
            {"product_id":3,"vector":[0,0]}
            {"product_id":4,"vector":[1,null]}
            {"product_id":0,"vector":[1,2]}
            {"vector":[1,2]}
            nonsense
            {"product_id":7,"vector":[0,2]}
            {"product_id":8,"vec
            """)
        #expect(run.rejected.map(\.line) == [2, 3, 4, 5, 6, 7, 9])
        let messages = run.rejected.map(\.message)
        #expect(messages[0] == "the vector has 3 components, that of line 1 has 2")
        #expect(messages[1].contains("all zero"))
        #expect(messages[2].contains("component 1"))
        #expect(messages[3].contains("whole number from 1"))
        #expect(messages[4] == "product_id is missing")
        #expect(try await run.vectors([1, 0]).keys.sorted() == [1, 7])
        #expect(run.summary.read == 9 && run.summary.rejected == 7 && run.summary.stored == 2)
        #expect(run.summary.failure?.hasPrefix("7 of 9 records gave no vector") == true)
    }

    @Test("a row of another length and a field that is no number are left out")
    func rows() async throws {
        let run = try await Run("1,1,2\n2,1\n3,1,x\nx,1,2\n5,,2\n6,2,1\n")
        #expect(run.rejected.map(\.line) == [2, 3, 4, 5])
        #expect(run.rejected.map(\.message).first == "2 fields instead of 3")
        #expect(run.rejected.dropFirst().first?.message == "field 3 is no number")
        #expect(try await run.vectors([1, 0]).keys.sorted() == [1, 6])
    }

    @Test("a file without products is a failure, and one that is no catalogue is refused with the known forms")
    func otherFiles() async throws {
        #expect(try await Run("").summary.failure == "the file has no products")
        #expect(try await Run("product_id,vector\n").summary.failure == "the file has no products")
        for text in ["[{\"product_id\":1}]", "hello\n1,2", "a,b\n1,2\n", "\"1,2\n"] {
            let error = await #expect(throws: CatalogueImportError.self) { try await Run(text) }
            #expect(error?.description.contains("known forms") == true, "\(text)")
        }
        let missing = await #expect(throws: CatalogueImportError.self) {
            try await CatalogueImporter().run(.file("/no/such/file"), into: FakeProfileStore())
        }
        #expect(missing?.description.contains("/no/such/file") == true)
    }

    @Test("more products than a batch holds all come in, the last vector of each stays")
    func batches() async throws {
        let lines = (1...2_500).map { "\($0),\($0 % 7 + 1),1\n" }.joined()
        let run = try await Run(lines + "1200,0,1\n")
        #expect(run.summary.stored == 2_501)
        #expect(run.summary.line == 2_501)
        let vectors = try await run.vectors([1, 0])
        #expect(vectors.count == 2_500)
        #expect(vectors[1_200] == [0, 1])
    }

    @Test("what a store refuses ends the import with the lines and the reason; what is passing is tried again")
    func refusals() async throws {
        let store = FakeProfileStore()
        try await store.putCatalogue([1: [1, 2, 3]])
        let error = await #expect(throws: CatalogueImportError.self) { try await Run("1,3,4\n2,0,-1\n", into: store) }
        #expect(error?.description.contains("lines 1 to 2") == true)
        #expect(error?.description.contains("3 components, these have 2") == true)
        store.fail(with: [StoreError(.transient, "busy"), StoreError(.unavailable, "away")])
        #expect(try await Run("4,3,4,0\n", into: store).summary.stored == 1)
        #expect(try await store.nearestProducts(to: [0, 0, 1], excluding: [], limit: 9).count == 2)
    }
}
