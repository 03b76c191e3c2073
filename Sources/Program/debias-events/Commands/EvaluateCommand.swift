import App
import Arguments
import Events
import FileImport
import Platform
import Recommending

struct EvaluateCommand: Command {
    static let configuration = CommandConfiguration(
        name: "evaluate", abstract: "Shows what recommendations would find, on a file of a shop's events.",
        discussion:
            "Takes the first part of the events as known, goes through the rest in their order, and asks before each "
            + "event of a running session that turns to a product new to its user: is that product among those that "
            + "would be recommended? Beside the walk stand popularity, co-view cosines and V-SKNN. Nothing is stored, "
            + "and no back end is used; the events are held in memory, some 200 bytes each. docs/evaluation.md says "
            + "what the figures mean.\n\nFiles are read as import reads them.",
        examples: [
            "debias-events evaluate 2019-Oct.csv.gz --live --every 100",
            "debias-events evaluate UserBehavior.csv --session-gap 20m --svg curve.svg",
        ])

    @Argument(help: "The file, or - for standard input.", completion: .file)
    var file: String

    @Option(help: "The share of the events, oldest first, that is known before the first question.")
    var split = 0.8

    @Flag(help: "Learn every event once it was asked for; without this, only those before the split are known.")
    var live = false

    @Option(help: "Ask every how manieth question only, for large files.", valueName: "n")
    var every = 1

    @Option(help: "The exponent that the walk is compared with the others by: 0 to 1.5.", valueName: "exponent")
    var debias = RecommendationQuery().debias

    @Option(
        help: "Compare vectors with so many components, learned before the split, as well; 0 leaves them out.",
        valueName: "n")
    var learnedVectors = 0

    @Option(help: "Write a plot of recall, IPS recall and coverage over debias to this new file.", completion: .file)
    var svg: String?

    @OptionGroup(title: "The file's form") var form: EventFileOptions

    @Flag(help: "Print the result as a JSON object.")
    var json = false

    mutating func validate() throws {
        guard split > 0, split < 1 else { throw ValidationError("--split must be above 0 and below 1") }
        guard every >= 1 else { throw ValidationError("--every must be 1 or more") }
        guard RecommendationQuery.debiasRange.contains(debias) else {
            throw ValidationError("--debias must be from 0 to 1.5")
        }
        guard (0...1_024).contains(learnedVectors), learnedVectors % 8 == 0 else {
            throw ValidationError("--learned-vectors must be a multiple of 8 up to 1024")
        }
        guard learnedVectors == 0 || !live else {
            throw ValidationError("--learned-vectors are learned once, before the split; leave --live out")
        }
    }

    mutating func run() async throws {
        let signals = ShutdownSignals()
        let bar = ProgressBar(Terminal.standardError(environment: Environment.snapshot()))
        defer { bar.clear() }
        let source = EventFile(ImportInput(argument: file), options: form.options)
        let evaluator = Evaluator(
            options: EvaluationOptions(
                split: split, isLive: live, every: every, debias: debias, dimension: learnedVectors))
        // Before the work, which may be long.
        if let svg, FileSystem.exists(svg) { throw CommandFailure("\(svg) exists already; name a new file") }
        let found = try await withCancellation(when: signals.stop) {
            do {
                return try await Self.evaluate(source, by: evaluator, bar)
            } catch is CancellationError {
                throw CommandFailure("stopped before the last question; a result of fewer is had by --every")
            }
        }
        bar.clear()
        Output.print(EvaluationReport(found.result, of: found.summary, file: file), json: json)
        if let failure = found.summary.failure { throw CommandFailure(failure) }
        guard found.result.cases > 0 else {
            throw CommandFailure(
                "there was nothing to ask: behind the split, no event of a running session is with a product that is new "
                    + "to its user; --split names another share")
        }
        if let svg { try FileSystem.append(Array(EvaluationPlot(found.result).svg.utf8), to: svg) }
    }

    private static func evaluate(
        _ source: EventFile, by evaluator: Evaluator, _ bar: ProgressBar
    ) async throws -> (result: EvaluationResult, summary: ImportSummary) {
        var log = EventLog()
        let summary = try await source.read(
            now: .now,
            rejected: { record in
                bar.clear()
                Output.printError("line \(record.line): \(record.message): \(record.excerpt)\n")
            }, progress: { bar.show($0) }, { log.append($0) })
        log.sort()
        let result = try await evaluator.run(log) { done, total, cases in
            bar.show("\(cases) questions", done: done, of: total)
        }
        return (result, summary)
    }
}
