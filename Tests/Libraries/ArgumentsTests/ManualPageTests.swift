import Testing

@testable import Arguments

@Suite("The manual pages")
struct ManualPageTests {
    private func page(_ name: String) throws -> String {
        try #require(CommandParser.shop().manualPages.first { $0.fileName == name }).text
    }

    @Test("there is one for the program and for each command that is not hidden")
    func names() {
        let names = CommandParser.shop().manualPages.map(\.fileName)
        #expect(names.contains("shop.1"))
        #expect(names.contains("shop-serve.1"))
        #expect(names.contains("shop-queue.1"))
        #expect(names.contains("shop-queue-list.1"))
        #expect(!names.contains { $0.contains("secretive") })
    }

    @Test("the program's page has its name, its commands, its examples and where to read on")
    func program() throws {
        let text = try page("shop.1")
        #expect(
            text.hasPrefix(
                """
                .TH "SHOP" 1 "" "1.2.3" "shop"
                .SH NAME
                shop \\- keep a shop
                .SH SYNOPSIS
                .B shop <command>
                .SH DESCRIPTION
                Keep a shop.
                .PP
                Goods come in by import and go out by serve.
                .PP
                Nothing is ever lost.
                .SH COMMANDS
                .TP
                .B serve
                Open the shop.

                """))
        let example = "Open on a free port.\n.PP\n.nf\n.RS 4\nshop serve \\-\\-port 0\n.RE\n.fi\n"
        #expect(text.contains(".SH EXAMPLES\n\(example)"))
        let relatives = ["serve", "import", "queue"].map { "\\fBshop\\-\($0)\\fR(1)" }.joined(separator: ", ")
        #expect(text.hasSuffix(".SH SEE ALSO\n\(relatives)\n"))
    }

    @Test("a command's page has its options with defaults and variables, groups below them, and no secrets")
    func command() throws {
        let text = try page("shop-serve.1")
        let port = ".B \\-p, \\-\\-port <number>\nThe port to listen on; 0 picks one. (default: 8000) [env:"
        #expect(text.contains(port))
        #expect(text.contains(".SS \"Stores\"\n"))
        #expect(!text.contains("default: guest"))
        #expect(text.hasSuffix(".SH SEE ALSO\n\\fBshop\\fR(1)\n"))
    }

    @Test(
        "what has a meaning in roff is shown as it is",
        arguments: [
            (".config is a file", "\\&.config is a file"), ("'quoted' at the start", "\\(aqquoted\\(aq at the start"),
            ("C:\\shop", "C:\\eshop"), ("one\n.two", "one\n\\&.two"), ("a-b ^ ~ `c`", "a\\-b \\(ha \\(ti \\(gac\\(ga"),
        ])
    func escapes(text: String, roff: String) {
        #expect(Roff.text(text) == roff)
    }

    @Test("an argument of a macro stays one, whatever it holds")
    func argument() {
        #expect(Roff.argument("say \"yes\"") == #""say \(dqyes\(dq""#)
    }
}
