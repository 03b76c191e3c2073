import App
import FileImport
import Testing

@Suite struct ImportReportTests {
    private var summary: ImportSummary {
        var summary = ImportSummary()
        summary.format = .rees46
        summary.read = 1_000
        summary.accepted = 900
        summary.duplicates = 60
        summary.rejected = 40
        summary.rejectedByReason = [.wrongFieldCount: 10, .unknownEventType("fav"): 30]
        summary.isComplete = true
        summary.time = .milliseconds(2_050)
        summary.graphTime = .milliseconds(1_500)
        return summary
    }

    @Test("the text has counts, times and reasons, the most frequent first")
    func textHasCountsTimesAndReasons() {
        #expect(
            ImportReport(summary, file: "a.csv").text == """
                a.csv: rees46, 2.05 s, 487 lines/s
                  read        1000
                  accepted    900
                  duplicates  60
                  rejected    40
                    30 no event type for fav
                    10 wrong number of fields
                  busy: reading 0.00 s, graph 1.50 s, profiles 0.00 s (in parallel)

                """)
    }

    @Test("the JSON object has the same figures")
    func jsonObjectHasTheSameFigures() {
        let json = String(decoding: ImportReport(summary, file: "a.csv").json, as: UTF8.self)
        #expect(
            json.hasPrefix(
                #"{"format":"rees46","complete":true,"read":1000,"accepted":900,"duplicates":60,"rejected":40,"#
                    + #""erased":0,"filled_categories":0,"rejected_by_reason":{"no event type for fav":30,"wrong number of fields":10},"seconds":2.05"#
            ))
    }

    @Test("events of erased users are told where there are any")
    func erasedUsersAreTold() {
        var summary = summary
        summary.erased = 7
        let text = ImportReport(summary, file: "a.csv").text
        #expect(
            text.contains("  duplicates  60\n  erased      7 (of users that were erased later)\n  rejected    40\n"))
    }

    @Test("rows that have their category_id as category are told where there are any")
    func filledCategoriesAreTold() {
        var summary = summary
        summary.filledCategories = 300
        #expect(
            ImportReport(summary, file: "a.csv").text.contains(
                "wrong number of fields\n  300 without category_code have their category_id as category\n  busy"))
    }

    @Test("the report on a file without events says so")
    func fileWithoutEventsIsToldSo() {
        #expect(ImportReport(ImportSummary(), file: "-").text.hasPrefix("-: no events, 0.00 s, 0 lines/s\n"))
    }
}
