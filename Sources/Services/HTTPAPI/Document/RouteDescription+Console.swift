import HTTPMessages

extension RouteDescription {
    private static let anything = #"{"type":"object"}"#

    static let consolePage = RouteDescription(answers: [
        Answer(
            type: "text/html; charset=utf-8", schema: Schemas.text, example: "\"<!doctype html>\"",
            text: "The page, which asks this server alone.")
    ])

    static let consoleFile = RouteDescription(
        parameters: [.path("name", Schemas.text, "The file, as the page names it.")],
        answers: [
            Answer(type: "text/css; charset=utf-8", schema: Schemas.text, example: "\":root {}\"", text: "The file.")
        ],
        problems: [Problem(status: .notFound, code: "no-file", detail: "The console has no file other.js.")])

    private static let permission = Schemas.object(
        [("allowed", #"{"type":"boolean"}"#), ("reason", Schemas.text)], optional: ["reason"])

    static let consoleAccess = RouteDescription(answers: [
        Answer(
            schema: Schemas.object([
                ("read", permission), ("letters", permission), ("operate", permission),
                ("token", #"{"type":"boolean"}"#),
            ]),
            example:
                #"{"read":{"allowed":true},"letters":{"allowed":true},"operate":{"allowed":true},"token":true}"#,
            text: "What the client may do, and why not.")
    ])

    static let consoleSnapshot = RouteDescription(answers: [
        Answer(
            schema: anything, example: #"{"number":1,"uptime_seconds":12,"queues":[],"workers":[],"events":[]}"#,
            text: "The state now.")
    ])

    static let consoleStream = RouteDescription(answers: [
        Answer(
            type: "text/event-stream",
            schema: Schemas.object([("event", Schemas.choice(["history", "snapshot"])), ("data", Schemas.text)]),
            example: #"{"event":"snapshot","data":"{}"}"#,
            text: "Server-sent events: `history`, then a `snapshot` a second. `data` is JSON.")
    ])

    private static let progress =
        #"{"replay":"1796032800000","request":"class=rejected","state":"running","total":9,"#
        + #""matched":3,"sent":3,"kept":0,"verified":1,"step":2,"started_at":"2026-11-30T10:00:00Z"}"#
    private static let replayID = Parameter.path("id", Schemas.text, "The replay, as the answer to its start names it.")
    private static let noReplay = Problem(
        status: .notFound, code: "no-replay", detail: "This process has not begun the replay 1796032800000.")

    static let startReplay = RouteDescription(
        parameters: filters + [
            .query("dry_run", Schemas.boolean, "Whether to count only, and to show the first changes."),
            .query("limit", Schemas.integer(1...10_000_000), "The most letters."),
            .query("rate", Schemas.integer(1...100_000), "The most letters a second."),
            .query("canary", Schemas.integer(0...1_000, default: 0), "How many go first, and have to succeed."),
            .query("ramp", Schemas.boolean, "Whether steps of 1, 2, 5, 20, 100 and 500 go first, each to succeed."),
        ],
        answers: [
            Answer(status: .accepted, schema: anything, example: progress, text: "The replay has begun."),
            Answer(
                schema: anything, example: #"{"would_send":{"events.neo4j":3}}"#,
                text: "With dry_run=true: what would be sent."),
        ],
        problems: [
            Problem(status: .conflict, code: "replay-running", detail: "The replay 1796032800000 runs.")
        ])

    static let replayList = RouteDescription(answers: [
        Answer(
            schema: Schemas.object([("replays", Schemas.list(anything))]), example: #"{"replays":[]}"#,
            text: "Newest first.")
    ])

    static let replayProgress = RouteDescription(
        parameters: [replayID], answers: [Answer(schema: anything, example: progress, text: "How far it is.")],
        problems: [noReplay])

    static let stopReplay = RouteDescription(
        parameters: [replayID],
        answers: [Answer(status: .accepted, schema: anything, example: progress, text: "It stops.")],
        problems: [noReplay])

    static let letterStores = RouteDescription(
        parameters: [letterID],
        answers: [
            Answer(
                schema: Schemas.object(
                    [("event_id", Schemas.text), ("graph", anything), ("vectors", anything)], optional: ["event_id"]),
                example: #"{"graph":{"stored":true},"vectors":{"stored":false}}"#,
                text: "Whether each has it, and what differs.")
        ], problems: [noLetter])
}
