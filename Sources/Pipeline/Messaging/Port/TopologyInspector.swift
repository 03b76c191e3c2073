/// A broker that can compare its topology with the one that is wanted, without changing anything.
package protocol TopologyInspector: Sendable {
    /// Compares every part of `topology` with what exists; the findings are in the topology's order.
    ///
    /// - Throws: `.unavailable` if the broker is away.
    func inspect(_ topology: Topology) async throws(MessagingError) -> [TopologyFinding]
}

/// What was found out about one exchange, queue or binding.
package struct TopologyFinding: Sendable, Hashable {
    /// The part of the topology that a finding is about.
    package enum Part: String, Sendable, Hashable {
        case exchange, queue, binding
    }

    /// One property whose value differs from the wanted one.
    package struct Difference: Sendable, Hashable, CustomStringConvertible {
        /// The property by RabbitMQ's name, such as `x-message-ttl`, `type` or `durable`.
        package var argument: String
        /// The value that is wanted; nil: not set.
        package var wanted: String?
        /// The value that exists; nil: not set.
        package var found: String?

        package init(argument: String, wanted: String?, found: String?) {
            self.argument = argument
            self.wanted = wanted
            self.found = found
        }

        /// Both values, as a clause of an error message.
        package var description: String {
            "\(argument) is \(Self.quoted(found)), expected \(Self.quoted(wanted))"
        }

        private static func quoted(_ value: String?) -> String {
            value.map { "'\($0)'" } ?? "not set"
        }
    }

    /// How the part that exists compares with the wanted part.
    package enum State: Sendable, Hashable {
        /// The part exists as wanted.
        case same
        /// The part does not exist.
        case missing
        /// The part exists with these differences, at least one.
        case different([Difference])
        /// The broker does not say; holds the reason.
        case unknown(String)
    }

    package var part: Part
    /// The name of the part; for a binding, exchange and queue with an arrow between.
    package var name: String
    /// The wanted arguments, by RabbitMQ's names, in a fixed order.
    package var wanted: HeaderTable
    package var state: State

    package init(_ part: Part, name: String, wanted: HeaderTable, state: State) {
        self.part = part
        self.name = name
        self.wanted = wanted
        self.state = state
    }

    /// The finding about a binding.
    package init(_ binding: Binding, state: State) {
        self.init(
            .binding, name: "\(binding.exchange) -> \(binding.queue)",
            wanted: ["routing-key": .string(binding.routingKey)], state: state)
    }

    /// Whether the part exists and, as far as is known, as wanted.
    package var isGood: Bool {
        switch state {
        case .same, .unknown: true
        case .missing, .different: false
        }
    }
}

extension HeaderValue {
    /// The value of an argument as text for people.
    package var argumentText: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .double(let value): "\(value)"
        case .string(let text): text
        case .bytes(let bytes): "\(bytes.count) bytes"
        case .timestamp(let seconds): "\(seconds)"
        case .array(let values): "[\(values.map(\.argumentText).joined(separator: ", "))]"
        case .table(let table):
            "{\(table.entries.map { "\($0.key): \($0.value.argumentText)" }.joined(separator: ", "))}"
        }
    }
}
