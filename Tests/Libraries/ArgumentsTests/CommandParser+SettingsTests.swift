import Arguments
import Testing

@Suite("The default place of settings")
struct CommandParserSettingsTests {
    /// Settings whose name tells what was asked for.
    private let file = SettingsFile(option: "config") { path, text in
        Settings(name: "\(path ?? "none") in \(text("data-dir") ?? "nowhere")", values: ["limit": ["7"]])
    }

    private func parser(_ environment: [String: String] = [:]) -> CommandParser {
        CommandParser(Shop.self, environment: environment, settings: file, variablePrefix: "SHOP")
    }

    @Test("may follow from another option: of the line, the environment, or its declaration")
    func otherOption() throws {
        func place(_ line: String, _ environment: [String: String] = [:]) throws -> ArgumentSource {
            try parser(environment).command(QueueList.self, line).$limit
        }
        #expect(try place("queue list --data-dir d") == .settings("none in d"))
        #expect(try place("queue list", ["SHOP_DATA_DIR": "e"]) == .settings("none in e"))
        #expect(try place("queue list --config c") == .settings("c in ./shop-data"))
    }

    @Test("follows for a command without that option from what it is for the others")
    func otherCommand() throws {
        #expect(try parser(["SHOP_DATA_DIR": "e"]).command(QueueMove.self, "queue move 3").places == 3)
        let broken = SettingsFile(option: "config") { _, text in
            throw ValidationError("looked into \(text("data-dir") ?? "nothing")")
        }
        let parser = CommandParser(Shop.self, settings: broken, variablePrefix: "SHOP")
        #expect(parser.problems("queue move 3") == ["looked into ./shop-data"])
    }
}
