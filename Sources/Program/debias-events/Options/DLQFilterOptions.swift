import App
package import Arguments
import DeadLetters
package import Events
package import Messaging

/// Selects the letters of a command.
struct DLQFilterOptions: ArgumentGroup {
    @Option(help: "Only letters that failed in this queue.")
    var queue: WorkerPlan.Kind?

    @Option(name: "class", help: "Only letters of this class.")
    var reason: DeadLetterReason?

    @Option(help: "Only letters of this group, as list --group prints it.", valueName: "group")
    var fingerprint: String?

    @Option(help: "Only letters whose error contains this text, ignoring case.")
    var text: String?

    @Option(help: "Only events of this type.")
    var type: String?

    @Option(help: "Only events of this user.", valueName: "id")
    var user: Int?

    @Option(help: "Only events of this product.", valueName: "id")
    var product: Int?

    @Option(help: "Only letters given up at this moment (of a date, midnight UTC) or later.", valueName: "time")
    var since: Timestamp?

    @Option(help: "Only letters given up before this moment (of a date, midnight UTC).", valueName: "time")
    var until: Timestamp?

    var filter: DeadLetterFilter {
        var filter = DeadLetterFilter()
        filter.queue = queue?.queue
        filter.reason = reason
        filter.fingerprint = fingerprint
        filter.text = text
        filter.type = type
        filter.userID = user.map(Int64.init)
        filter.productID = product.map(Int64.init)
        filter.since = since
        filter.until = until
        return filter
    }
}

extension DeadLetterReason: ArgumentValue {}

extension Timestamp: ArgumentValue {
    /// Takes any form of an event's time, and a date alone as its first moment.
    package init(argument: String) throws(ArgumentValueError) {
        do {
            try self.init(argument, allowsDate: true)
        } catch {
            throw ArgumentValueError(expected: "a time such as 2026-11-25T10:00:00Z, or a date (\(error))")
        }
    }

    /// ISO 8601.
    package var argumentText: String { "\(self)" }
}
