import Messaging

// A letter that comes from a file is published like any message, and some headers would not survive that, or have an
// effect: RabbitMQ 4 drops a client's `x-death`, and sends copies by `CC` and `BCC`. These travel under other names, and
// are themselves again wherever the letter is read.

extension HeaderTable {
    private static var prefix: String { "debias-kept-" }

    /// Gives headers that publishing would change, or act on, names that it leaves alone.
    mutating func keep() {
        guard
            let kept = HeaderTable(
                entries.map { entry in
                    let isKept = entry.key.hasPrefix("x-") || entry.key == "CC" || entry.key == "BCC"
                    return isKept && entry.key.utf8.count + Self.prefix.utf8.count <= 255
                        ? Entry(key: Self.prefix + entry.key, value: entry.value) : entry
                })
        else { return }
        self = kept
    }

    /// Gives the headers their own names again.
    mutating func unkeep() {
        guard entries.contains(where: { $0.key.hasPrefix(Self.prefix) }),
            let own = HeaderTable(
                entries.map { entry in
                    entry.key.hasPrefix(Self.prefix)
                        ? Entry(key: String(entry.key.dropFirst(Self.prefix.count)), value: entry.value) : entry
                })
        else { return }
        self = own
    }
}

extension Message {
    /// The publication that puts the message of a letter into the dead-letter queue, and nowhere else.
    ///
    /// - Parameter moment: When, in microseconds since 1970.
    func broughtBack(at moment: Int64) -> Publication {
        var message = self
        // The producer's wishes for the first publication: here they would make the letter vanish.
        message.properties.isPersistent = true
        message.properties.expiration = nil
        message.properties.headers.keep()
        message.properties.headers[DeadLetterHeaders.importedAt] = .integer(moment)
        return Publication(exchange: "", routingKey: PipelineTopology.deadLetterQueue, message: message)
    }
}
