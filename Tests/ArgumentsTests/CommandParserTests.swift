import Arguments
import Testing

@Suite("A command parser")
struct CommandParserTests {
    private let parser = CommandParser.shop()

    @Test("gives every property its default where the line is silent")
    func defaults() throws {
        let serve = try parser.command(Serve.self, "serve")
        #expect(serve.host == "127.0.0.1")
        #expect(serve.port == 8000)
        #expect(serve.timeout == .seconds(30))
        #expect(serve.workers)
        #expect(serve.verbosity == 0)
        #expect(!serve.quiet)
        #expect(serve.common.stores.broker == nil)
        #expect(serve.common.stores.dataDir == "./shop-data")
        #expect(serve.$port == .declaration)
    }
}
