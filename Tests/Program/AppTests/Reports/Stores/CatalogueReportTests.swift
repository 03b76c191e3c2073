import App
import FileImport
import PipelineTesting
import Stores
import Testing

@Suite struct CatalogueReportTests {
    private func report(rejected: Int) -> CatalogueReport {
        var summary = CatalogueSummary()
        summary.read = 10
        summary.rejected = rejected
        summary.dimension = 64
        summary.isComplete = true
        summary.time = .milliseconds(1_250)
        return CatalogueReport(summary, file: "a.csv")
    }

    @Test("the text has the counts, and what becomes of profiles")
    func text() {
        let text = report(rejected: 0).text
        #expect(text.hasPrefix("a.csv: 10 vectors of 64 components stored, 1.25 s\n"))
        #expect(text.contains("profile rebuild"))
        #expect(report(rejected: 3).text.hasPrefix("a.csv: 7 vectors of 64 components stored, 3 records rejected, "))
        #expect(!report(rejected: 10).text.contains("profile rebuild"))
    }

    @Test("the JSON object has the same figures")
    func json() {
        #expect(
            String(decoding: report(rejected: 3).json, as: UTF8.self)
                == #"{"complete":true,"read":10,"stored":7,"rejected":3,"dimension":64,"seconds":1.25}"#)
    }
}

@Suite struct RebuildReportTests {
    @Test("a user without interactions is told so")
    func nobody() async throws {
        let report = try await RebuildReport.rebuild(userID: 5, in: FakeProfileStore())
        #expect(report.text == "user 5 has no interactions, and hence no profile\n")
        #expect(String(decoding: report.json, as: UTF8.self).hasPrefix(#"{"profiles":0,"seconds":"#))
        #expect(
            try await RebuildReport.rebuild(userID: nil, in: FakeProfileStore()).text.hasPrefix("0 profiles rebuilt"))
    }
}
