//! A program of two commands, with values from the command line and the environment, and a check of several values
//! together. Without arguments it shows what a few command lines give.

import Arguments
import Foundation

enum Order: String, CaseIterable, ArgumentValue {
    case newest, oldest
}

/// Options that several commands share.
struct Selection: ArgumentGroup {
    @Option(short: "n", help: "The number of orders at most.", environment: "SHOP_LIMIT")
    var limit = 10

    @Option(help: "Which orders come first.")
    var order = Order.newest

    func validate() throws {
        guard (1...1_000).contains(limit) else { throw ValidationError("--limit is not between 1 and 1000") }
    }
}

struct List: Command {
    static let configuration = CommandConfiguration(name: "list", abstract: "List the orders of a customer.")

    @Argument(help: "The customer's name.")
    var customer: String

    @OptionGroup(title: "Selection")
    var selection: Selection

    func run() {
        print("\(selection.limit) orders of \(customer), the \(selection.order.rawValue) first")
    }
}

struct Wait: Command {
    static let configuration = CommandConfiguration(name: "wait", abstract: "Wait for the next order.")

    @Option(help: "How long to wait.")
    var timeout: Duration?

    func run() {
        print(timeout.map { "waits for \($0.argumentText)" } ?? "waits until stopped")
    }
}

struct Shop: CommandGroup {
    static let configuration = CommandConfiguration(
        name: "shop", abstract: "Look at a shop's orders.", version: "1.0", subcommands: [List.self, Wait.self])
}

/// Does what `arguments` ask for; returns the exit status.
func run(_ arguments: [String], environment: [String: String]) async throws -> Int32 {
    let parser = CommandParser(Shop.self, environment: environment)
    do {
        switch try parser.parse(arguments) {
        case .run(var command): try await command.run()
        case .help(let text), .version(let text), .completionScript(let text): print(text)
        case .values(let listing): print(listing)
        }
        return 0
    } catch let error as UsageError {
        print(error)
        return UsageError.exitStatus
    }
}

let given = Array(CommandLine.arguments.dropFirst())
if !given.isEmpty { exit(try await run(given, environment: ProcessInfo.processInfo.environment)) }
for line in ["list Ada --order oldest", "wait --timeout 1m30s", "list Ada --limit 5000", "--version"] {
    print("> shop \(line)")
    _ = try await run(line.split(separator: " ").map(String.init), environment: ["SHOP_LIMIT": "3"])
}
