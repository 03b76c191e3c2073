import Messaging
import TestSupport
import Testing

@Suite("W3C trace context") struct TraceContextTests {
    private let example = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test("a valid header is written as it was read")
    func roundTrip() throws {
        let context = try #require(TraceContext(example))
        #expect(context.traceHigh == 0x0af7_6519_16cd_43dd)
        #expect(context.traceLow == 0x8448_eb21_1c80_319c)
        #expect(context.spanID == 0xb7ad_6b71_6920_3331)
        #expect(context.flags == 1)
        #expect(context.description == example)
    }

    @Test(
        "what the specification forbids is not a context",
        arguments: [
            "", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            "00-0af7651916cd43dd8448eb211c8031-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b71692033-01",
            "00-+af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ])
    func invalid(_ header: String) {
        #expect(TraceContext(header) == nil)
    }

    @Test("a header of a later version is read as far as it is known")
    func laterVersion() {
        let later = TraceContext("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-ever")
        #expect(later?.description == example)
    }

    @Test("a request continues the caller's trace with a span of its own, or begins a trace")
    func continuing() {
        var generator = SeededGenerator(seed: 21)
        let child = TraceContext(continuing: TraceContext(example), using: &generator)
        #expect(child.traceHigh == 0x0af7_6519_16cd_43dd && child.traceLow == 0x8448_eb21_1c80_319c)
        #expect(child.spanID != 0xb7ad_6b71_6920_3331 && child.spanID != 0)
        #expect(child.flags == 1)
        for header in [nil, "nonsense"] {
            let new = TraceContext(continuing: header.flatMap { TraceContext($0) }, using: &generator)
            #expect(TraceContext(new.description) == new)
        }
    }
}
