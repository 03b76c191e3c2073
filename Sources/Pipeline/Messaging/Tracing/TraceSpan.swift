package import Events

/// A step of a trace that has ended, by OpenTelemetry's model.
package struct TraceSpan: Sendable, Hashable {
    /// The place of a span between processes, by OTLP's numbers.
    package enum Kind: Int, Sendable {
        case server = 2
        case client = 3
        case consumer = 5
    }

    /// The value of an attribute.
    package enum Value: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
        case text(String)
        case number(Int)

        package init(stringLiteral value: String) { self = .text(value) }
        package init(integerLiteral value: Int) { self = .number(value) }
    }

    /// A name of OpenTelemetry's conventions, and what it says of this span.
    package struct Attribute: Sendable, Hashable {
        package var name: String
        package var value: Value

        package init(_ name: String, _ value: Value) {
            self.name = name
            self.value = value
        }
    }

    /// The trace, and the span's own id in it.
    package var context: TraceContext
    /// The id of the span above; nil for the first of a trace.
    package var parentID: UInt64?
    package var name: String
    package var kind: Kind
    package var start: Timestamp
    package var end: Timestamp
    package var attributes: [Attribute]
    /// Why the step failed; nil if it did not.
    package var error: String?

    package init(
        _ name: String, _ kind: Kind, _ context: TraceContext, parentID: UInt64?, start: Timestamp, end: Timestamp,
        attributes: [Attribute] = [], error: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.context = context
        self.parentID = parentID
        self.start = start
        self.end = end
        self.attributes = attributes
        self.error = error
    }
}
