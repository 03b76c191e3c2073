import TestSupport
import Testing

@testable import App

@Suite struct ScopeTests {
    private struct Failure: Error {}

    private let history = Recorder<String>()

    private func open(_ name: String, in scope: inout Scope) {
        let part = scope.add(name) { [history] in history.append("close \($0)") }
        history.append("open \(part)")
    }

    @Test("parts are closed in reverse at the end, and the result is returned")
    func partsAreClosedInReverseAt() async {
        let result = await Scope.with { scope in
            open("first", in: &scope)
            open("second", in: &scope)
            history.append("use")
            return 7
        }
        #expect(result == 7)
        #expect(history.entries == ["open first", "open second", "use", "close second", "close first"])
    }

    @Test("a failure closes the parts that are open, in reverse, and is thrown with its type")
    func failureClosesThePartsThatAre() async {
        do throws(Failure) {
            try await Scope.with { (scope) async throws(Failure) in
                open("first", in: &scope)
                open("second", in: &scope)
                if history.entries.count == 2 { throw Failure() }
                open("third", in: &scope)
            }
            Issue.record("nothing was thrown")
        } catch {
            #expect(history.entries == ["open first", "open second", "close second", "close first"])
        }
    }

    @Test("each part has closed before the next one is closed")
    func eachPartHasClosedBeforeThe() async {
        await Scope.with { scope in
            open("first", in: &scope)
            _ = scope.add("slow") { [history] in
                await Task.yield()
                history.append("close \($0)")
            }
        }
        #expect(history.entries == ["open first", "close slow", "close first"])
    }
}
