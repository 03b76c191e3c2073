import HTTPMessages

extension RouteDescription {
    private static let single =
        #"{"user_id":1,"product_id":42,"event_type":"view","user_session":"first"}"#
    private static let eventID = "0190a000-0000-7000-8000-000000000001"
    private static let key = Parameter.header(
        "Idempotency-Key", #"{"type":"string","minLength":1,"maxLength":255,"pattern":"^[!#-~]+$"}"#,
        "Serves in place of event_id, in a batch together with each event's place: the same request may be sent again.")
    private static let trace = Parameter.header(
        "traceparent", Schemas.text, "W3C trace context, which goes on in the message.")
    private static let unavailable = Problem.unavailable(
        "The event could not be made durable: the broker is away. \(Problem.sendAgain)", eventIDs: [])
    /// In the modes direct and parallel; in the mode queue, such events become dead letters.
    private static let refusals = [
        Problem.conflict(
            "Not taken: event \(eventID) is stored with other content: product_id 8 (stored: 7); an event that was changed "
                + "needs an event_id of its own.", eventIDs: []),
        Problem(
            status: .unprocessableContent, code: "unstorable",
            detail: "A store does not take the event: a constraint is violated."),
    ]
    private static let beacon =
        "The same JSON as text, which navigator.sendBeacon sends; from pages of allowed origins (serve --allow-origin) only."

    static let postEvent = RouteDescription(
        parameters: [key, trace],
        bodies: [
            Body(schema: Schemas.reference("Event"), example: single, text: "An event. It may be compressed by gzip."),
            Body(type: "text/plain", schema: Schemas.text, example: quoted(single), text: beacon),
        ],
        answers: [
            Answer(
                schema: Schemas.object([
                    ("status", Schemas.choice(["Event queued", "Event spooled", "Event stored"])),
                    ("event_id", Schemas.text),
                ]),
                example: #"{"status":"Event queued","event_id":"\#(eventID)"}"#,
                text: "The event is durable: queued, on this machine's disk while the broker is away, or stored.")
        ], problems: [unavailable] + refusals)

    static let postBatch = RouteDescription(
        parameters: [
            .query(
                "partial", Schemas.boolean, "Whether good events are taken although others are not, which are listed."),
            key,
            trace,
        ],
        bodies: [
            Body(
                schema: #"{"type":"array","maxItems":10000,"items":\#(Schemas.reference("Event"))}"#,
                example: "[\(single)]",
                text: "At most 10,000 events and 16 MiB. Two events of one event_id and other content are a 422."),
            Body(
                type: "application/x-ndjson", schema: Schemas.text, example: quoted(single + "\n" + single),
                text: "The same, an event a line."),
            Body(type: "text/plain", schema: Schemas.text, example: quoted("[\(single)]"), text: beacon),
        ],
        answers: [
            Answer(
                schema: Schemas.object(
                    [
                        ("status", Schemas.choice(["Events queued", "Events spooled", "Events stored"])),
                        ("count", Schemas.count),
                        ("event_ids", Schemas.list(Schemas.text)),
                        (
                            "rejected",
                            Schemas.list(
                                Schemas.object([
                                    ("index", Schemas.count),
                                    ("errors", Schemas.list(Schemas.reference("ValidationIssue"))),
                                ]))
                        ),
                    ], optional: ["rejected"]),
                example: #"{"status":"Events queued","count":1,"event_ids":["\#(eventID)"]}"#,
                text: "The events are durable, in the order of the body. With partial=true, rejected lists the others.")
        ], problems: [unavailable] + refusals)

    /// Text as a JSON string.
    private static func quoted(_ text: String) -> String {
        "\"\(text.replacing("\"", with: "\\\"").replacing("\n", with: "\\n"))\""
    }
}
