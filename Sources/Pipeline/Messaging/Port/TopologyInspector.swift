/// A broker that can tell how what it has differs from what is wanted, without changing anything.
package protocol TopologyInspector: Sendable {
    /// Compares every part of `topology` with what exists, in the topology's order.
    ///
    /// - Throws: `.unavailable` if the broker is away.
    func inspect(_ topology: Topology) async throws(MessagingError) -> [TopologyFinding]
}

/// What was found of one exchange, queue or binding.
package struct TopologyFinding: Sendable, Hashable {
    /// What it is about.
    package enum Part: String, Sendable, Hashable {
        case exchange, queue, binding
    }

    /// One property in which it differs.
    package struct Difference: Sendable, Hashable, CustomStringConvertible {
        /// The property by RabbitMQ's name, such as `x-message-ttl`, `type` or `durable`.
        package var argument: String
        /// The value that is wanted; nil: not set.
        package var wanted: String?
        /// The value that exists; nil: not set.
        package var found: String?

        /// A difference in `argument`.
        package init(argument: String, wanted: String?, found: String?) {
            self.argument = argument
            self.wanted = wanted
            self.found = found
        }

        /// Both values, as a clause of an error.
        package var description: String {
            "\(argument) is \(Self.quoted(found)), asked for is \(Self.quoted(wanted))"
        }

        private static func quoted(_ value: String?) -> String {
            value.map { "'\($0)'" } ?? "not set"
        }
    }

    /// How what exists compares with what is wanted.
    package enum State: Sendable, Hashable {
        /// It exists as wanted.
        case same
        /// It does not exist.
        case missing
        /// It exists with these differences, at least one.
        case different([Difference])
        /// The broker does not tell; the reason.
        case unknown(String)
    }

    /// What it is about.
    package var part: Part
    /// Its name; of a binding, exchange and queue with an arrow between.
    package var name: String
    /// What is wanted, by RabbitMQ's names, in a fixed order.
    package var wanted: HeaderTable
    /// What was found.
    package var state: State

    /// A finding.
    package init(_ part: Part, name: String, wanted: HeaderTable, state: State) {
        self.part = part
        self.name = name
        self.wanted = wanted
        self.state = state
    }

    /// A finding about a binding.
    package init(_ binding: Binding, state: State) {
        self.init(
            .binding, name: "\(binding.exchange) -> \(binding.queue)",
            wanted: ["routing-key": .string(binding.routingKey)], state: state)
    }

    /// Whether it is there and, as far as can be known, as wanted.
    package var isGood: Bool {
        switch state {
        case .same, .unknown: true
        case .missing, .different: false
        }
    }
}

extension HeaderValue {
    /// A value of a queue's arguments as people read it.
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
