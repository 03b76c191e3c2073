import App
import Arguments
import Platform

struct TopCommand: Command {
    static let configuration = CommandConfiguration(
        name: "top", abstract: "Shows queues, workers, rates and newest events of a running server, each second.",
        discussion: "The same as the page at /console, in a terminal. Ctrl-C ends it.",
        examples: ["debias-events top", "debias-events top --url https://events.shop.example --once --json"])

    @Option(help: "Where the server listens.", environment: "DEBIAS_URL")
    var url = "http://127.0.0.1:8000"

    @Option(
        help: "One of the server's tokens; on its own machine none is needed.", valueName: "token",
        environment: "DEBIAS_API_TOKEN", secret: true)
    var token: String?

    @Flag(help: "Print the state once; exit status 1 if the server does not answer.")
    var once = false

    @Flag(help: "Print one JSON object a line.")
    var json = false

    mutating func run() async throws {
        let terminal = Terminal.standardOutput(environment: Environment.snapshot())
        let redraws = terminal.isTerminal && !once && !json
        let reader = SnapshotReader(url: url, token: token)
        while true {
            let next = ContinuousClock.now + .seconds(1)
            do {
                let snapshot = try await reader.read()
                let text = try json ? Output.line(snapshot) : TopReport(json: snapshot).text(width: terminal.width)
                if redraws { Output.clearScreen() }
                Output.print(text)
            } catch {
                if once { throw CommandFailure("\(error)") }
                // Between a stop and a start of the server there is nothing to show, and then there is again.
                Output.printError("\(error)\n")
            }
            if once { return }
            try await Task.sleep(until: next, clock: .continuous)
        }
    }
}
