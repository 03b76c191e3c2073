import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// `evaluate`, over a small file of events.
    @Suite struct EvaluateCommandTests {
        private let directory: TemporaryDirectory
        private var file: String { directory.file("events.csv") }

        init() throws {
            directory = try TemporaryDirectory()
            // Forty users, each of whom touches three products in a row.
            let rows = (0..<40).flatMap { user in
                (0..<3).map { step in
                    "\(1_569_888_000 + user * 60 + step),\(user + 1),\((user + step) % 5 + 1),view,s\(user)"
                }
            }
            let text = "timestamp,visitorid,itemid,event,session\n" + rows.joined(separator: "\n") + "\n"
            try Data(text.utf8).write(to: URL(filePath: file))
        }

        @Test("prints the figures, and writes the plot to a new file only")
        func figures() throws {
            let plot = directory.file("curve.svg")
            let first = try Program.run(["evaluate", file, "--svg", plot, "--json"])
            #expect(first.status == 0)
            let json = try JSONSerialization.jsonObject(with: Data(first.output.utf8)) as? [String: Any]
            #expect(json?["events"] as? Int == 120)
            #expect(json?["cases"] as? Int == 16)
            #expect((json?["methods"] as? [String: Any])?.keys.sorted() == ["cosine", "neighbours", "popular", "walk"])
            #expect(try String(contentsOfFile: plot, encoding: .utf8).hasSuffix("</svg>\n"))
            #expect(try Program.run(["evaluate", file, "--svg", plot]).status == 1)

            let text = try Program.run(["evaluate", file, "--live", "--every", "2", "--learned-vectors", "0"])
            #expect(text.output.contains("8 questions") && text.output.contains("walk, debias 0.25"))
        }

        @Test("refuses options that cannot be meant, and files with nothing to ask")
        func mistakes() throws {
            let wrong = [["--split", "1"], ["--every", "0"], ["--debias", "2"], ["--learned-vectors", "7"]]
            for options in wrong + [["--live", "--learned-vectors", "8"]] {
                #expect(try Program.run(["evaluate", file] + options).status == 2, "\(options)")
            }
            let empty = directory.file("empty.csv")
            try Data("timestamp,visitorid,itemid,event\n1569888000,1,1,view\n".utf8).write(to: URL(filePath: empty))
            #expect(try Program.run(["evaluate", empty]).status == 1)
        }
    }
}
