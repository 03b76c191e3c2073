/// A value in a message's headers or a queue's arguments: the field-table types of AMQP 0-9-1 (specification 4.2.5)
/// as far as brokers and clients use them.
package enum HeaderValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    /// Seconds since 1970, the only resolution that AMQP 0-9-1 has.
    case timestamp(Int64)
    case array([HeaderValue])
    case table(HeaderTable)

    /// The text; nil if the value is of another type.
    package var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The whole number; nil if the value is of another type.
    package var number: Int64? {
        if case .integer(let number) = self { number } else { nil }
    }
}

/// Headers in the order in which they were set; every key is unique.
package struct HeaderTable: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    package private(set) var entries: [Entry]

    /// One header.
    package struct Entry: Sendable, Hashable {
        /// 1 ... 255 bytes of UTF-8.
        package let key: String
        package let value: HeaderValue

        package init(key: String, value: HeaderValue) {
            self.key = key
            self.value = value
        }
    }

    package init() {
        entries = []
    }

    /// The literal's pairs; a repeated key keeps its last value.
    package init(dictionaryLiteral elements: (String, HeaderValue)...) {
        entries = []
        for (key, value) in elements { self[key] = value }
    }

    /// These headers in this order; nil if a key is repeated. For decoders: takes time in proportion to the number of
    /// entries, where setting entries one by one takes its square.
    package init?(_ entries: [Entry]) {
        guard Set(entries.lazy.map(\.key)).count == entries.count else { return nil }
        self.entries = entries
    }

    package var isEmpty: Bool { entries.isEmpty }

    /// The value of `key`; setting nil removes it, setting a new key appends it.
    package subscript(key: String) -> HeaderValue? {
        get { entries.first { $0.key == key }?.value }
        set {
            let index = entries.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): entries[index] = Entry(key: key, value: value)
            case (let index?, nil): entries.remove(at: index)
            case (nil, let value?): entries.append(Entry(key: key, value: value))
            case (nil, nil): break
            }
        }
    }
}

extension HeaderTable {
    /// Gives `CC` and `BCC` other names: by these, RabbitMQ sends a copy of the message to each queue that they name
    /// ("Sender-selected Distribution"), which was the producer's wish for the first publication only.
    package mutating func setAsideCopies() {
        for (name, kept) in [("CC", "debias-cc"), ("BCC", "debias-bcc")] {
            guard let value = self[name] else { continue }
            self[kept] = value
            self[name] = nil
        }
    }

    /// Removes the headers that a broker sets when it dead-letters a message by itself (`x-death` and the like;
    /// RabbitMQ, "Dead Letter Exchanges").
    package mutating func removeBrokerDeaths() {
        self["x-death"] = nil
        for occasion in ["first", "last"] {
            for part in ["reason", "queue", "exchange"] { self["x-\(occasion)-death-\(part)"] = nil }
        }
    }
}
