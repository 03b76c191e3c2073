package import Events
package import JSON
import Messaging

extension DeadLetter {
    /// Why a letter's body cannot be changed as requested.
    package struct EditFailure: Error, CustomStringConvertible {
        /// What does not fit, as the end of a sentence.
        package let description: String
    }

    /// The body after a change: a JSON Patch (RFC 6902) or a JSON Merge Patch (RFC 7396). It is a valid event.
    ///
    /// - Parameter now: The time of the change, which bounds the event's own.
    /// - Throws: ``EditFailure`` if the body is not JSON, the change does not fit it, or the result is not a valid
    ///   event.
    package func edited(by patch: JSONValue, now: Timestamp) throws(EditFailure) -> [UInt8] {
        let value: JSONValue
        do { value = try JSONValue(parsing: message.readableBody) } catch {
            throw EditFailure(
                description: "the letter's body is not JSON, so it cannot be patched, but only replaced: \(error)")
        }
        var json = JSONWriter()
        do { json.value(try JSONPatch.apply(patch, to: value)) } catch {
            throw EditFailure(description: "the patch does not fit: \(error)")
        }
        try check(json.bytes, now: now)
        return json.bytes
    }

    /// Checks that `body`, which replaces the letter's, is a valid event.
    ///
    /// - Parameter now: The time at which an event without a time of its own counts as received.
    /// - Throws: ``EditFailure`` if it is not.
    package func check(_ body: [UInt8], now: Timestamp) throws(EditFailure) {
        do {
            _ = try EventMessage.event(in: message(with: body, properties: message.properties), receivedAt: now)
        } catch {
            throw EditFailure(description: "the changed body is not a valid event: \(error)")
        }
    }
}
