import Bytes
import Events
import JSON
package import Messaging

/// Spans in the JSON form of OTLP (opentelemetry-proto 1, `ExportTraceServiceRequest`). A pure function of its values.
package struct OTLP: Sendable {
    private let service: String
    private let version: String

    /// - Parameters:
    ///   - service: The resource's `service.name`.
    ///   - version: Of this program.
    package init(service: String, version: String) {
        self.service = service
        self.version = version
    }

    /// The body of a request that exports these spans.
    package func request(_ spans: [TraceSpan]) -> [UInt8] {
        var json = JSONWriter(reserving: 512 * (spans.count + 1))
        json.object { json in
            json.key("resourceSpans")
            json.array { json in
                json.object { json in
                    json.key("resource")
                    json.object { json in
                        json.attributes([
                            .init("service.name", .text(service)), .init("service.version", .text(version)),
                        ])
                    }
                    json.key("scopeSpans")
                    json.array { json in
                        json.object { json in
                            json.key("scope")
                            json.object { json in
                                json.member("name", "debias-events")
                                json.member("version", version)
                            }
                            json.key("spans")
                            json.array { json in
                                for span in spans { json.value(span) }
                            }
                        }
                    }
                }
            }
        }
        return json.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func value(_ span: TraceSpan) {
        object { json in
            json.member("traceId", span.context.traceID)
            json.member("spanId", Self.hexadecimal(span.context.spanID))
            if let parentID = span.parentID { json.member("parentSpanId", Self.hexadecimal(parentID)) }
            // The flags of the trace, as W3C has them.
            json.member("flags", Int(span.context.flags))
            json.member("name", span.name)
            json.member("kind", span.kind.rawValue)
            json.member("startTimeUnixNano", Self.nanoseconds(span.start.microseconds))
            json.member("endTimeUnixNano", Self.nanoseconds(max(span.start, span.end).microseconds))
            json.attributes(span.attributes)
            guard let error = span.error else { return }
            json.key("status")
            json.object { json in
                json.member("code", 2)
                json.member("message", error)
            }
        }
    }

    fileprivate mutating func attributes(_ attributes: [TraceSpan.Attribute]) {
        key("attributes")
        array { json in
            for attribute in attributes {
                json.object { json in
                    json.member("key", attribute.name)
                    json.key("value")
                    json.object { json in
                        switch attribute.value {
                        case .text(let text): json.member("stringValue", text)
                        // 64-bit numbers are texts in protobuf's JSON.
                        case .number(let number): json.member("intValue", "\(number)")
                        }
                    }
                }
            }
        }
    }

    private static func hexadecimal(_ id: UInt64) -> String {
        String(decoding: [UInt8](capacity: 16) { $0.append(hexadecimal: id, count: 16) }, as: UTF8.self)
    }

    private static func nanoseconds(_ microseconds: Int64) -> String { "\(max(0, microseconds))000" }
}
