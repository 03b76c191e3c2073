package import Events
package import JSON
import Messaging

extension DeadLetter {
    /// Why a letter's body cannot be changed in the way that was asked for.
    package struct EditFailure: Error, CustomStringConvertible {
        /// What does not fit, as a sentence's end.
        package let description: String
    }

    /// The body after a change: a JSON Patch (RFC 6902) or a JSON Merge Patch (RFC 7396). It is a valid event.
    ///
    /// - Parameter now: when the event counts as received, if it has no time of its own.
    /// - Throws: ``EditFailure`` if the body is no JSON, the change does not fit it, or the result is no valid event.
    package func edited(by patch: JSONValue, now: Timestamp) throws(EditFailure) -> [UInt8] {
        let value: JSONValue
        do { value = try JSONValue(parsing: message.body) } catch {
            throw EditFailure(description: "the letter's body is no JSON, so that it cannot be patched: \(error)")
        }
        var json = JSONWriter()
        do { json.value(try JSONPatch.apply(patch, to: value)) } catch {
            throw EditFailure(description: "the patch does not fit: \(error)")
        }
        do {
            _ = try EventDecoder().decode(
                message: json.bytes, messageID: message.properties.messageID, timestamp: nil, receivedAt: now)
        } catch {
            throw EditFailure(description: "the changed body is no valid event: \(error)")
        }
        return json.bytes
    }
}
