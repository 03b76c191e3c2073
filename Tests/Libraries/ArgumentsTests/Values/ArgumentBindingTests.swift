import Arguments
import Testing

@Suite("A command line that does not hold together")
struct ArgumentBindingTests {
    private let parser = CommandParser.shop()

    @Test(
        "is refused with the reason",
        arguments: [
            ("serve --prot 3", "unknown option '--prot'; did you mean '--port'?"),
            ("serve --no-wokers", "unknown option '--no-wokers'; did you mean '--no-workers'?"),
            ("serve --verb", "unknown option '--verb'; did you mean '--verbosity'?"),
            ("serve --wombat", "unknown option '--wombat'"),
            ("serve --wombat=secret", "unknown option '--wombat'"),
            ("serve -x", "unknown option '-x'"),
            ("serve -vx", "unknown option '-x' in '-vx'"),
            ("serve -port 3", "unknown option '-port'; did you mean '--port'?"),
            ("serve -quiet", "unknown option '-quiet'; did you mean '--quiet'?"),
            ("serve -port=3", "unknown option '-port'; did you mean '--port'?"),
            ("serve --no-json", "unknown option '--no-json'"),
            ("serve --json=true", "--json takes no value"),
            ("serve --port", "--port needs a value: --port <number>"),
            ("serve -p", "--port needs a value: --port <number>"),
            ("serve --port --", "--port needs a value: --port <number>"),
            (
                "serve --host --port 3",
                "--host needs a value: --host <address>; to give one that starts with a dash, write --host=--port"
            ),
            ("serve --password -hunter2", "--password needs a value: --password <text>"),
            ("serve now 3", "unexpected argument 'now'"),
            ("queue move 1 view 3", "unexpected argument '3'"),
        ])
    func problems(line: String, problem: String) {
        #expect(parser.problems(line) == [problem])
    }
}
