import Intake

extension RouteDescription {
    private static let mode = Schemas.choice(IntakeMode.allCases.map(\.rawValue))

    static let currentMode = RouteDescription(answers: [
        Answer(
            schema: Schemas.object([("mode", mode)]), example: #"{"mode":"queue"}"#,
            text: "`queue`: events are published, and workers write. `direct`: the API writes. `parallel`: both.")
    ])

    static let putMode = RouteDescription(
        bodies: [
            Body(
                schema: Schemas.object([("mode", mode)]), example: #"{"mode":"parallel"}"#,
                text: "The mode for the next request. Those under way end in the mode that they began in.")
        ],
        answers: [
            Answer(
                schema: Schemas.object([("mode", mode), ("previous", mode)]),
                example: #"{"mode":"parallel","previous":"direct"}"#,
                text: "The mode holds, and is kept for the next start.")
        ],
        problems: [
            .unavailable("The mode stays direct: the broker is away: connection refused")
        ])
}
