import App
import Arguments
import DeadLetters
import Events
import JSON
import Messaging

struct DLQEditReplayCommand: Command {
    static let configuration = CommandConfiguration(
        name: "edit-replay", abstract: "Changes the body of one dead letter and sends it back to its queue.",
        discussion: "The change is a JSON Patch (RFC 6902) or a JSON Merge Patch (RFC 7396), or another body for a "
            + "letter that is not JSON. The result must be a valid event. Shows the difference and asks before it sends.",
        examples: [
            "debias-events dlq edit-replay 3f2a9c81d0be --patch '{\"event_type\": \"view\"}'",
            "debias-events dlq edit-replay 3f2a9c81d0be --patch '[{\"op\": \"remove\", \"path\": \"/price\"}]' --dry-run",
            "debias-events dlq edit-replay 3f2a9c81d0be --body event.json",
        ])

    @Argument(help: "The letter's id, as list prints it.")
    var id: String

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Option(help: "The change, as JSON.", valueName: "json")
    var patch: String?

    @Option(help: "A file with the body that replaces the letter's.", valueName: "file", completion: .file)
    var body: String?

    @Flag(help: "Only show and check the difference; send nothing.")
    var dryRun = false

    @Flag(help: "Do not ask for confirmation.")
    var yes = false

    mutating func validate() throws {
        guard (patch == nil) != (body == nil) else { throw ValidationError("give either --patch or --body") }
    }

    mutating func run() async throws {
        let (id, dryRun, yes) = (id, dryRun, yes)
        let replacement = try body.map { try FileContents.read($0) }
        var patch = JSONValue.null
        if let text = self.patch {
            do { patch = try JSONValue(parsing: Array(text.utf8)) } catch {
                throw CommandFailure("the patch is not JSON: \(error)")
            }
        }
        try await Pipeline.with(backEnds.backEnds) { [patch] pipeline in
            let letter = try await pipeline.deadLetters.existingLetter(id)
            let body: [UInt8]
            do {
                body = try replacement ?? letter.edited(by: patch, now: .now)
                try letter.check(body, now: .now)
            } catch {
                throw CommandFailure("\(error)")
            }
            Output.print("- \(String(decoding: letter.message.readableBody, as: UTF8.self))\n")
            Output.print("+ \(String(decoding: body, as: UTF8.self))\n")
            if dryRun { return }
            guard yes || Output.asks("Send this to \(letter.queue ?? "?")?") else {
                throw CommandFailure("nothing was sent")
            }
            try await pipeline.deadLetters.resend(
                id, body: body, replay: "edit-\(Timestamp.now.microseconds / 1_000)")
            Output.print("sent to \(letter.queue ?? "?")\n")
        }
    }
}
