import FileImport
import Testing

@Suite("The summary of an import")
struct ImportSummaryTests {
    private func summary(_ change: (inout ImportSummary) -> Void) -> ImportSummary {
        var summary = ImportSummary()
        summary.isComplete = true
        change(&summary)
        return summary
    }

    @Test("is no failure where an event was accepted, or was there before")
    func success() {
        #expect(summary { $0.accepted = 1 }.failure == nil)
        #expect(summary { $0.duplicates = 1 }.failure == nil)
    }

    @Test("is a failure where nothing was accepted, which names the most frequent reason and what to do")
    func nothing() {
        let types = summary {
            $0.read = 10
            $0.rejected = 10
            $0.rejectedByReason = [.unknownEventType("clicks"): 7, .invalidField("user_id"): 3]
        }
        #expect(
            types.failure
                == "none of the 10 records gave an event; 7 of them: no event type for clicks; "
                + "--map clicks=view says what it means, --type view what all events are")
        let times = summary {
            $0.read = 1
            $0.rejectedByReason = [.invalidField("event_time"): 1]
        }
        #expect(times.failure?.hasSuffix("invalid event_time; --columns time=NAME names another column") == true)
        #expect(summary { _ in }.failure == "the file has no events")
    }

    @Test("is a failure where the import did not come to the end of the file")
    func stopped() {
        #expect(ImportSummary().failure?.contains("run it again to continue") == true)
    }
}
