import Arguments
import Testing

@Suite("The reference page")
struct ReferencePageTests {
    @Test("has the options that commands share once, and those of each command with variable, default and meaning")
    func page() {
        let parser = CommandParser(
            Shop.self, environment: ["SHOP_PORT": "9"], settings: SettingsFile(option: "config") { _ in nil },
            variablePrefix: "SHOP")
        let page = parser.reference
        #expect(page.hasPrefix("## Stores\n\nOf `serve`, `import`, `queue list`.\n"))
        #expect(page.contains("\n## `queue move`\n\nMove what waits.\n"))
        let rows = page.split(separator: "\n")
        for row in [
            "| `--broker <url>` | `SHOP_BROKER` |  | Where the broker is. |",
            "| `--password <text>` | `SHOP_PASSWORD` |  | The broker's password. |",
            "| `--port <number>` | `SHOP_PORT` | `8000` | The port to listen on; 0 picks one. |",
            "| `--[no-]workers` |  | on | Employ workers. |",
            "| `--session-gap <duration>` | `SHOP_SESSION_GAP` | required | The time between two sessions. |",
            "| `--type <value>...` | `SHOP_TYPE` |  | Only goods of this kind. One of `view`, `cart`, `purchase`, `remove_from_cart`. |",
            "| `<kind>` |  | `view` | Of which kind. One of `view`, `cart`, `purchase`, `remove_from_cart`. |",
        ] {
            #expect(rows.contains(Substring(row)), "\(row)")
        }
        #expect(rows.filter { $0.contains("--broker") }.count == 1)
        #expect(!page.contains("secretive"))
    }
}
