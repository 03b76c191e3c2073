import DeadLetters
import HTTPMessages
import Messaging

extension RouteDescription {
    static let letterID = Parameter.path(
        "id", #"{"type":"string","minLength":1}"#, "The letter, as lists name it.")
    static let noLetter = Problem(
        status: .notFound, code: "no-letter", detail: "There is no dead letter abc; GET /dlq lists them.")
    static let filters: [Parameter] = [
        .query("id", Schemas.text, "Only these letters; ids separated by commas."),
        .query("queue", Schemas.choice(PipelineTopology.workQueues), "Only letters that failed in this queue."),
        .query("class", Schemas.choice(DeadLetterReason.allCases.map(\.rawValue)), "Only letters of this class."),
        .query("group", Schemas.text, "Only letters of this group, as /dlq/groups names it."),
        .query("text", Schemas.text, "Only letters whose error contains this text, ignoring case."),
        .query("type", Schemas.text, "Only events of this type."),
        .query("user", Schemas.id, "Only events of this user."),
        .query("product", Schemas.id, "Only events of this product."),
        .query("since", Schemas.time, "Only letters given up at this moment or later; a date is its midnight (UTC)."),
        .query("until", Schemas.time, "Only letters given up before this moment."),
    ]
    private static let sample =
        #"{"id":"abc","event_id":"0190a000-0000-7000-8000-000000000001","queue":"events.neo4j","class":"rejected","error":"no such product","attempts":1,"first_failed_at":"2026-11-30T10:00:00Z","last_failed_at":"2026-11-30T10:00:00Z","worker":"neo4j-1","group":"f00d","by_broker":false}"#

    static let deadLetters = RouteDescription(
        parameters: filters + [.query("limit", Schemas.integer(1...1_000, default: 100), "The most letters.")],
        answers: [
            Answer(
                schema: Schemas.object([
                    ("matching", Schemas.count), ("total", Schemas.count),
                    ("letters", Schemas.list(Schemas.reference("DeadLetter"))),
                ]),
                example: #"{"matching":1,"total":9,"letters":[\#(sample)]}"#, text: "Without bodies.")
        ])

    static let letterGroups = RouteDescription(
        parameters: filters,
        answers: [
            Answer(
                schema: Schemas.object([
                    ("matching", Schemas.count), ("total", Schemas.count),
                    (
                        "groups",
                        Schemas.list(
                            Schemas.object(
                                [
                                    ("group", Schemas.text), ("count", Schemas.count), ("queue", Schemas.text),
                                    ("class", Schemas.text), ("first", Schemas.time), ("last", Schemas.time),
                                    ("sample", Schemas.reference("DeadLetter")),
                                ], optional: ["queue", "class", "first", "last"]))
                    ),
                ]),
                example:
                    #"{"matching":1,"total":9,"groups":[{"group":"f00d","count":1,"queue":"events.neo4j","class":"rejected","first":"2026-11-30T10:00:00Z","last":"2026-11-30T10:00:00Z","sample":\#(sample)}]}"#,
                text: "Letters of one cause together.")
        ])

    static let letterExport = RouteDescription(
        parameters: filters,
        answers: [
            Answer(
                type: "application/x-ndjson", schema: Schemas.text, example: "\"{\\\"id\\\":\\\"abc\\\"}\\n\"",
                text: "Whole letters, one a line: what dlq import brings back.")
        ],
        problems: [
            Problem(
                status: .unprocessableContent, code: "too-many",
                detail: "The letters are larger than 64 MiB: narrow the filters, or use debias-events dlq export.")
        ])

    private static let watchSchema = Schemas.object(
        [("status", Schemas.choice(["ok", "alert"])), ("dead_letters", Schemas.count), ("alert", Schemas.text)],
        optional: ["alert"])
    static let letterWatch = RouteDescription(
        parameters: [
            .query("depth", Schemas.integer(0...1_000_000_000, default: 0), "How many letters are well."),
            .query("age", Schemas.integer(1...1_000_000_000), "For how many seconds one may be there."),
        ],
        answers: [
            Answer(schema: watchSchema, example: #"{"status":"ok","dead_letters":0}"#, text: "All is well."),
            Answer(
                status: .serviceUnavailable, schema: watchSchema,
                example: #"{"status":"alert","dead_letters":9,"alert":"9 dead letters, more than 0"}"#,
                text: "There are more letters, or older ones."),
        ])

    static let letter = RouteDescription(
        parameters: [letterID],
        answers: [
            Answer(
                schema: Schemas.reference("DeadLetter"), example: sample,
                text: "With `history`, `properties`, and `body` or `body_base64`.")
        ], problems: [noLetter])

    static let replay = RouteDescription(
        parameters: filters + [
            .query("dry_run", Schemas.boolean, "Whether to count only."),
            .query("limit", Schemas.integer(1...10_000, default: 10_000), "The most letters."),
            .query("rate", Schemas.integer(1...100_000), "The most letters a second."),
            .query("canary", Schemas.integer(0...1_000, default: 0), "How many go first, and have to succeed."),
        ],
        answers: [
            Answer(
                schema: Schemas.object(
                    [
                        ("would_send", #"{"type":"object","additionalProperties":{"type":"integer"}}"#),
                        ("replay", Schemas.text), ("matched", Schemas.count), ("sent", Schemas.count),
                        ("kept", Schemas.count), ("stopped", Schemas.text),
                    ], optional: ["would_send", "replay", "matched", "sent", "kept", "stopped"]),
                example: #"{"replay":"1796032800000","matched":3,"sent":3,"kept":0}"#,
                text: "What was sent; with dry_run=true, would_send by queue.")
        ])

    static let purge = RouteDescription(
        parameters: filters + [.query("confirm", Schemas.boolean, "Whether letters are removed, not only counted.")],
        answers: [
            Answer(
                schema: Schemas.object(
                    [("removed", Schemas.count), ("matching", Schemas.count)], optional: ["removed", "matching"]),
                example: #"{"matching":3}"#, text: "How many letters match, or were removed.")
        ])

    static let editReplay = RouteDescription(
        parameters: [
            letterID, .query("dry_run", Schemas.boolean, "Whether to show the difference only."),
            .query("replace", Schemas.boolean, "Whether the request's body takes the place of the letter's."),
        ],
        bodies: [
            Body(
                schema: "{}", example: #"{"event_type":"view"}"#,
                text: "A JSON Merge Patch, or a JSON Patch; or with replace=true the letter's new body.")
        ],
        answers: [
            Answer(
                schema: Schemas.object(
                    [
                        ("status", Schemas.choice(["sent", "not sent"])), ("queue", Schemas.text),
                        ("before", Schemas.text), ("after", Schemas.text),
                    ], optional: ["queue"]),
                example:
                    #"{"status":"sent","queue":"events.neo4j","before":"{\"event_type\":\"look\"}","after":"{\"event_type\":\"view\"}"}"#,
                text: "The letter's body before and after.")
        ],
        problems: [
            noLetter,
            Problem(
                status: .unprocessableContent, code: "edit",
                detail: "Nothing was sent: body.event_type: Input should be one of 'view', 'cart'"),
        ])
}
