import HTTPMessages
import Intake

extension RouteDescription {
    private static let queue = Schemas.object(
        ["messages", "messages_ready", "messages_unacknowledged", "consumers"].map { ($0, Schemas.count) },
        optional: ["messages", "messages_unacknowledged", "consumers"])
    private static let spool = Schemas.object([
        ("messages", Schemas.count), ("limit", Schemas.count), ("in_use", #"{"type":"boolean"}"#),
    ])
    private static let texts = #"{"type":"object","additionalProperties":{"type":"string"}}"#

    static let health = RouteDescription(answers: [
        Answer(
            schema: healthSchema, example: #"{"status":"healthy","uptime_seconds":12}"#,
            text: "The process answers, and its workers make progress."),
        Answer(
            status: .serviceUnavailable, schema: healthSchema,
            example:
                #"{"status":"unhealthy","uptime_seconds":900,"stalled_workers":{"events.neo4j":"at one step for 300 s"}}"#,
            text: "A worker hangs, which only a restart mends."),
    ])
    private static let healthSchema = Schemas.object(
        [
            ("status", Schemas.choice(["healthy", "unhealthy"])), ("uptime_seconds", Schemas.count),
            ("stalled_workers", texts),
        ], optional: ["stalled_workers"])

    static let ready = RouteDescription(answers: [
        Answer(
            schema: readySchema,
            example:
                #"{"status":"ready","checks":{"broker":"ok","graph":"ok","vectors":"ok"},"mode":"queue"}"#,
            text: "Events may be sent here. `degraded`: something is wrong that does not keep them away."),
        Answer(
            status: .serviceUnavailable, schema: readySchema,
            example:
                #"{"status":"unavailable","checks":{"broker":"ok","graph":"the last write failed: the server is away","vectors":"ok"},"paused_workers":{"events.neo4j":"the server is away"}}"#,
            text: "Events are to be sent elsewhere; `checks` says why."),
    ])
    private static let readySchema = Schemas.object(
        [
            ("status", Schemas.choice(["ready", "degraded", "unavailable"])), ("checks", texts),
            ("mode", Schemas.choice(IntakeMode.allCases.map(\.rawValue))), ("paused_workers", texts),
        ], optional: ["mode", "paused_workers"])

    static let queues = RouteDescription(answers: [
        Answer(
            schema: Schemas.object(
                [
                    ("status", Schemas.choice(["healthy"])),
                    ("queues", #"{"type":"object","additionalProperties":\#(queue)}"#), ("spool", spool),
                ], optional: ["spool"]),
            example:
                #"{"status":"healthy","queues":{"events.neo4j":{"messages":42,"messages_ready":40,"messages_unacknowledged":2,"consumers":2},"events.dlq":{"messages_ready":0}}}"#,
            text: "Messages and consumers of each queue, by RabbitMQ's names."),
        Answer(
            status: .serviceUnavailable,
            schema: Schemas.object(
                [("status", Schemas.choice(["unhealthy"])), ("error", Schemas.text), ("spool", spool)],
                optional: ["spool"]),
            example: #"{"status":"unhealthy","error":"connection refused"}"#, text: "The broker is away."),
    ])

    static let metrics = RouteDescription(answers: [
        Answer(
            type: "text/plain; version=0.0.4; charset=utf-8", schema: Schemas.text,
            example:
                "\"# HELP debias_broker_up Whether the broker answers.\\n# TYPE debias_broker_up gauge\\ndebias_broker_up 1\\n\"",
            text: "Prometheus' text format.")
    ])

    static let document = RouteDescription(answers: [
        Answer(
            schema: #"{"type":"object","required":["openapi","info","paths"]}"#,
            example: #"{"openapi":"3.1.1","info":{"title":"debias-events","version":"1.0.0"},"paths":{}}"#,
            text: "This document.")
    ])

    static let page = RouteDescription(answers: [
        Answer(
            type: "text/html; charset=utf-8", schema: Schemas.text, example: "\"<!doctype html>\"",
            text: "The same as a page.")
    ])
}
