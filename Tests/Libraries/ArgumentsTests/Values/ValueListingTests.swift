import Arguments
import Testing

@Suite("The listing of values")
struct ValueListingTests {
    private func listing(
        _ line: String, _ environment: [String: String] = [:], _ values: [String: [String]] = [:]
    ) throws -> ValueListing {
        let file = SettingsFile(option: "config") { path in
            values.isEmpty ? nil : Settings(name: path ?? "shop.json", values: values)
        }
        let parser = CommandParser(
            Shop.self, environment: environment, settings: file, variablePrefix: "SHOP")
        guard case .values(let listing) = try parser.parse(line.split(separator: " ").map(String.init)) else {
            throw NotThatCommand()
        }
        return listing
    }

    private func entry(_ name: String, of listing: ValueListing) -> ValueListing.Entry? {
        listing.entries.first { $0.name == name }
    }

    @Test("names for each option its value and where that comes from")
    func sources() throws {
        let listing = try listing(
            "serve --print-config --host line", ["SHOP_PORT": "7"], ["timeout": ["5s"], "port": ["8"]])
        #expect(listing.command == "shop serve")
        #expect(listing.settings == "shop.json")
        #expect(entry("host", of: listing)?.texts == ["line"])
        #expect(entry("host", of: listing)?.source == .commandLine)
        #expect(entry("port", of: listing)?.texts == ["7"])
        #expect(entry("port", of: listing)?.source == .environment("SHOP_PORT"))
        #expect(entry("timeout", of: listing)?.source == .settings("shop.json"))
        #expect(entry("data-dir", of: listing)?.texts == ["./shop-data"])
        #expect(entry("data-dir", of: listing)?.source == .declaration)
        #expect(entry("broker", of: listing)?.texts == [])
        #expect(!listing.isOn("json"))
        #expect(try self.listing("--print-config serve --json").isOn("json"))
    }

    @Test("hides secrets, and shows of an address that hides its own what it may")
    func secrets() throws {
        let listed = try listing("serve --print-config --password hunter2")
        #expect(entry("password", of: listed)?.texts == ["***"])
        let parser = CommandParser(
            Addressed.self, settings: SettingsFile(option: "config") { _ in nil }, variablePrefix: "SHOP")
        guard case .values(let listing) = try parser.parse(["--print-config", "--address", "me:hunter2@host"]) else {
            throw NotThatCommand()
        }
        #expect(entry("address", of: listing)?.texts == ["host"])
    }

    @Test("asks for nothing that is missing, but refuses values that are invalid")
    func missing() throws {
        let listing = try listing("import --print-config -t view -t cart")
        #expect(entry("file", of: listing)?.texts == [])
        #expect(entry("type", of: listing)?.texts == ["view", "cart"])
        #expect(throws: UsageError.self) { try self.listing("serve --print-config --port much") }
    }

    @Test("is a value behind two dashes, and unknown to a program without settings")
    func elsewhere() throws {
        let file = SettingsFile(option: "config") { _ in nil }
        let parser = CommandParser(Shop.self, settings: file, variablePrefix: "SHOP")
        let words = ["import", "--session-gap", "5s", "--", "--print-config"]
        #expect(try parser.command(Import.self, words).file == "--print-config")
        #expect(CommandParser.shop().problems("serve --print-config").first?.hasPrefix("unknown option") == true)
    }
}

private struct Address: ArgumentValue {
    static var hidesSecrets: Bool { true }
    let host: String

    init(argument: String) {
        host = argument.split(separator: "@").last.map(String.init) ?? ""
    }

    var argumentText: String { host }
}

private struct Addressed: Command {
    static let configuration = CommandConfiguration(name: "addressed", abstract: "Go there.")

    @Option(help: "Where.", secret: true)
    var address: Address?

    @Option(help: "A file.")
    var config: String?

    mutating func run() async throws {}
}
