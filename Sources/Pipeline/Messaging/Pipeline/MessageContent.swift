package import Events
import Gzip

/// What a message's body says, without the compression that its properties name: `content_encoding`, or the
/// `compression` header of kombu (Celery).
package struct MessageContent: Sendable {
    /// The most bytes of a body that was compressed; as many as consumers accept of one that was not.
    package static let maximumBytes = 1 << 20

    /// The content, without compression.
    package let bytes: [UInt8]

    /// Reads gzip and zlib where the properties say that the body is compressed. Other bodies are taken as they are:
    /// producers name all sorts of encodings of a body that is plain JSON.
    ///
    /// - Throws: `.malformed` if the compressed body is damaged, or larger than ``maximumBytes`` without its
    ///   compression.
    package init(_ message: Message) throws(EventRejection) {
        guard let name = Self.compression(message), Self.inflatable.contains(name.lowercased()),
            BodySignature(message.body).isInflatable
        else {
            bytes = message.body
            return
        }
        do {
            bytes = try Gzip.decompress(message.body, maxOutput: Self.maximumBytes)
        } catch {
            throw .malformed("the body is compressed as '\(name)', but \(error)")
        }
    }

    /// The names under which producers send gzip or zlib; kombu calls zlib `application/x-gzip`.
    private static let inflatable: Set<String> = [
        "gzip", "x-gzip", "deflate", "zlib", "application/x-gzip", "application/gzip", "application/zlib",
    ]

    /// How a message's body is compressed or encoded, as its properties tell; nil if they do not.
    private static func compression(_ message: Message) -> String? {
        message.properties.headers["compression"]?.text ?? message.properties.carried[.contentEncoding]
    }

    /// The rejection of a message's body, in words that tell what the body is where it is not JSON at all: different
    /// mistakes of producers become different groups of dead letters.
    package static func explaining(_ rejection: EventRejection, in message: Message) -> EventRejection {
        guard case .malformed = rejection, let content = try? MessageContent(message),
            let finding = BodySignature(content.bytes).finding
        else { return rejection }
        // Without digits or quotation marks: these do not count when letters are grouped.
        guard let name = compression(message), !name.isEmpty else { return .malformed(finding) }
        return .malformed("\(finding) (the properties call it '\(name)')")
    }
}

extension Message {
    /// The content of the body, or the body itself where it cannot be read; for showing and searching.
    package var readableBody: [UInt8] { (try? MessageContent(self))?.bytes ?? body }

    /// Replaces the body by one that is neither compressed nor otherwise encoded.
    package mutating func replaceBody(_ body: [UInt8]) {
        self.body = body
        isBodyLeftOut = false
        properties.carried[.contentEncoding] = nil
        properties.headers["compression"] = nil
    }
}
