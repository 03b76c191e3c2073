import Arguments
import Testing

@Suite("The help")
struct HelpTextTests {
    private func help(_ line: String, _ parser: CommandParser = .shop()) throws -> String {
        guard case .help(let text) = try parser.parse(line.split(separator: " ").map(String.init)) else {
            throw NotThatCommand()
        }
        return text
    }

    @Test("of the program lists its commands and shows how to use it")
    func program() throws {
        #expect(
            try help("--help") == """
                Keep a shop.

                Usage: shop <command>

                Goods come in by import and go out by serve.

                Nothing is ever lost.

                Commands:
                  serve          Open the shop.
                  import         Take goods in.
                  queue          See to what waits.
                  completion     Print a completion script for bash, zsh or fish.
                  help           Explain a command.

                Options:
                  -h, --help     Print this help.
                      --version  Print the version.

                Examples:
                  shop serve --port 0
                      Open on a free port.
                  shop queue list

                See 'shop help <command>' for one of them.
                """)
    }

    @Test("of a command shows defaults, variables and groups, and no secrets")
    func command() throws {
        let environment = ["SHOP_BROKER": "amqp://me:hunter2@host", "SHOP_PASSWORD": "hunter2", "SHOP_PORT": "9"]
        #expect(
            try help("serve --help", .shop(environment: environment)) == """
                Open the shop.

                Usage: shop serve [options]

                Options:
                      --host <address>      The address to listen on. (default: 127.0.0.1)
                  -p, --port <number>       The port to listen on; 0 picks one. (default: 8000)
                                            [env: SHOP_PORT=9]
                      --timeout <duration>  How long a guest may stay. (default: 30s)
                      --[no-]workers        Employ workers. (default: on)
                  -v, --verbosity           Say more; may be repeated.
                  -q, --quiet               Say less.
                      --config <file>       A file with settings.
                      --json                Print JSON. [env: SHOP_JSON]
                  -h, --help                Print this help.
                      --version             Print the version.

                Stores:
                      --broker <url>        Where the broker is.
                                            [env: SHOP_BROKER=amqp://me:***@host]
                      --password <text>     The broker's password. [env: SHOP_PASSWORD=***]
                      --data-dir <folder>   Where everything is kept. (default: ./shop-data)

                Examples:
                  shop serve --port 0
                      Open on a free port.
                """)
    }

    @Test("shows arguments, aliases, allowed values, and what is required or repeated")
    func arguments() throws {
        #expect(
            try help("import --help", .shop(width: 60)) == """
                Take goods in.

                Usage: shop import --session-gap <duration> [options] <file> [<others>...]

                Also called: load

                Arguments:
                  <file>                   The file with the goods; - for
                                           standard input.
                  <others>...              More files.

                Options:
                  -t, --type <value>...    Only goods of this kind. (one of:
                                           view, cart, purchase,
                                           remove_from_cart)
                      --session-gap <duration>
                                           The time between two sessions.
                                           (required)
                      --share <number>     The share that is taken.
                      --config <file>      A file with settings.
                      --json               Print JSON. [env: SHOP_JSON]
                  -h, --help               Print this help.
                      --version            Print the version.

                Stores:
                      --broker <url>       Where the broker is.
                                           [env: SHOP_BROKER]
                      --password <text>    The broker's password.
                                           [env: SHOP_PASSWORD]
                      --data-dir <folder>  Where everything is kept.
                                           (default: ./shop-data)
                """)
    }

    @Test("fits into every width from 40 columns on, but for what cannot be broken", arguments: [0, 40, 57, 80, 200])
    func widths(width: Int) throws {
        let parser = CommandParser.shop(width: width)
        for line in ["help", "help queue", "help queue list", "help queue move"] {
            let lines = try help(line, parser).split(separator: "\n")
            let breakable = lines.filter { !$0.hasPrefix("Usage:") && !$0.hasPrefix("See ") }
            #expect(breakable.allSatisfy { $0.count <= max(width, 40) })
        }
    }

    @Test("leaves out what is hidden")
    func hidden() throws {
        #expect(try !help("help").contains("secretive"))
        #expect(try !help("help secretive").contains("--key"))
    }
}
