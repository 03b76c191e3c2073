import HTTPMessages
import Recommending

extension RouteDescription {
    private static let user = Parameter.path("id", Schemas.id, "The user.")
    private static let product = Parameter.path("id", Schemas.id, "The product.")
    private static let score = #"{"type":"number"}"#
    private static let matches = Parameter.query("limit", Schemas.integer(1...100, default: 20), "The most answers.")
    private static let noProfile = Problem(
        status: .notFound, code: "no-profile", detail: "User 1 has no interactions and therefore no profile.")
    private static let stale = Problem(
        status: .conflict, code: "stale-profile",
        detail: "The profile cannot be used: it has 64 components, the catalogue has 128.")

    static let history = RouteDescription(
        parameters: [
            user, .query("limit", Schemas.integer(1...1_000, default: 50), "The most events."),
            .query(
                "after",
                #"{"type":"string","pattern":"^(0|[1-9][0-9]{0,15})[.][0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"}"#,
                "The `next` of the page before."), .query("type", Schemas.eventType, "Only events of this type."),
        ],
        answers: [
            Answer(
                schema: Schemas.object(
                    [("events", Schemas.list(Schemas.reference("StoredEvent"))), ("next", Schemas.text)],
                    optional: ["next"]),
                example:
                    #"{"events":[{"event_id":"0190a000-0000-7000-8000-000000000001","user_id":1,"product_id":42,"event_type":"view","user_session":"first","event_time":"2026-11-30T10:00:00Z"}],"next":"1796032800000000.0190a000-0000-7000-8000-000000000001"}"#,
                text: "Newest first. `next` is absent on the last page; with `type`, a page may be empty before it.")
        ])

    static let profile = RouteDescription(
        parameters: [user, .query("vector", Schemas.boolean, "Whether the vector is answered, too.")],
        answers: [
            Answer(
                schema: Schemas.object(
                    [
                        ("user_id", Schemas.id), ("interactions", Schemas.count),
                        ("counts", #"{"type":"object","additionalProperties":{"type":"integer"}}"#),
                        ("last_event_time", Schemas.time), ("recent_products", Schemas.list(Schemas.id)),
                        ("vector", Schemas.list(score)),
                    ], optional: ["vector"]),
                example:
                    #"{"user_id":1,"interactions":3,"counts":{"view":2,"cart":1,"purchase":0,"remove_from_cart":0},"last_event_time":"2026-11-30T10:00:00Z","recent_products":[42,7]}"#,
                text: "The user's interactions in numbers.")
        ], problems: [noProfile, stale])

    static let similarUsers = RouteDescription(
        parameters: [user, matches],
        answers: [
            Answer(
                schema: Schemas.object([
                    ("user_id", Schemas.id),
                    ("users", Schemas.list(Schemas.object([("user_id", Schemas.id), ("score", score)]))),
                ]),
                example: #"{"user_id":1,"users":[{"user_id":2,"score":0.93}]}"#, text: "Best first, without the user.")
        ], problems: [noProfile, stale])

    static let products = RouteDescription(
        parameters: [
            user, matches, .query("diversity", Schemas.number(0...1, default: 0), "How much variety counts."),
            .query("debias", debiasSchema(default: 0), debiasText),
        ],
        answers: [
            Answer(
                schema: Schemas.object([
                    ("user_id", Schemas.id),
                    (
                        "products",
                        Schemas.list(
                            Schemas.object([
                                ("product_id", Schemas.id), ("score", score), ("stand_in", #"{"type":"boolean"}"#),
                            ]))
                    ),
                ]),
                example: #"{"user_id":1,"products":[{"product_id":7,"score":0.81,"stand_in":true}]}"#,
                text: "Best first. `stand_in`: the catalogue has no vector of the product.")
        ], problems: [noProfile, stale])

    // MARK: Recommendations

    private static let debiasText = "How much less a product counts for being seen often; 0 corrects nothing."

    private static func debiasSchema(default value: Double) -> String {
        Schemas.number(RecommendationQuery.debiasRange, default: value)
    }

    private static let limit = Schemas.integer(1...RecommendationQuery.maxLimit, default: 20)
    private static let seen = #"{"type":"string","enum":["exclude","include"],"default":"exclude"}"#
    private static let recommendationParameters: [Parameter] = [
        .query("limit", limit, "The most products."), .query("debias", debiasSchema(default: 0.25), debiasText),
        .query("seen", seen, "Whether products that were seen are among them."),
    ]

    private static func recommended(_ subject: String?) -> [Answer] {
        let list =
            #""debias":0.25,"recommendations":[{"product_id":7,"score":0.4,"because":[{"product_id":42,"share":1}],"category_share":0,"source":"session"}]"#
        return [
            Answer(
                schema: Schemas.object(
                    (subject.map { [($0, Schemas.id)] } ?? []) + [
                        ("debias", score), ("recommendations", Schemas.list(Schemas.reference("Recommendation"))),
                    ]),
                example: subject.map { "{\"\($0)\":1,\(list)}" } ?? "{\(list)}",
                text: "Best first, each with the products because of which it is there.")
        ]
    }

    static let recommendations = RouteDescription(
        parameters: [user] + recommendationParameters, answers: recommended("user_id"))
    static let relatedProducts = RouteDescription(
        parameters: [product] + recommendationParameters, answers: recommended("product_id"))
    static let sessionRecommendations = RouteDescription(
        bodies: [
            Body(
                schema: #"""
                    {"type":"object","properties":{"products":{"type":"array","maxItems":\#(SessionQuery.maximumProducts),"items":\#(Schemas.id)},
                    "limit":\#(limit),"debias":\#(debiasSchema(default: 0.25)),"seen":\#(seen)},"required":["products"]}
                    """#,
                example: #"{"products":[42,7],"limit":5}"#, text: "The session's products, newest first.")
        ], answers: recommended(nil))

    // MARK: Writes

    static let putProduct = RouteDescription(
        parameters: [product],
        bodies: [
            Body(
                schema: #"""
                    {"type":"object","properties":{"vector":{"type":"array","minItems":1,"maxItems":4096,
                    "items":{"type":"number","minimum":-3.4e38,"maximum":3.4e38},"contains":{"not":{"const":0}}}},"required":["vector"]}
                    """#,
                example: #"{"vector":[0.1,-0.2,0.3]}"#,
                text: "The vector: not all zero, and of as many components as those of other products.")
        ],
        answers: [
            Answer(
                schema: Schemas.object([
                    ("status", Schemas.choice(["Product stored"])), ("product_id", Schemas.id),
                ]),
                example: #"{"status":"Product stored","product_id":42}"#, text: "The vector is stored.")
        ])

    static let eraseUser = RouteDescription(
        parameters: [user],
        answers: [
            Answer(
                schema: Schemas.object([
                    ("user_id", Schemas.id), ("received_until", Schemas.time),
                    (
                        "removed",
                        Schemas.object(
                            ["interactions", "vectors", "profiles", "dead_letters", "archived_letters"].map {
                                ($0, Schemas.count)
                            })
                    ), ("letters_of_unknown_users", Schemas.count),
                ]),
                example:
                    #"{"user_id":1,"received_until":"2026-11-30T10:00:00Z","removed":{"interactions":3,"vectors":3,"profiles":1,"dead_letters":0,"archived_letters":0},"letters_of_unknown_users":0}"#,
                text: "What was removed. Of a user who is not there, nothing is.")
        ])
}
