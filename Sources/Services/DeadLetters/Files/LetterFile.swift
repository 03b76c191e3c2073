import FoundationEssentials
import JSON
package import Messaging

/// Letters in files: one JSON object a line, with the body byte for byte and all properties and headers, from which the
/// message can be made again.
package enum LetterFile {
    /// Why a line is not a letter that can be brought back.
    package struct Unreadable: Error, Sendable, Hashable, CustomStringConvertible {
        /// What is wrong, without the line.
        package let description: String
    }

    /// Writes a message's body and properties as members of an object.
    static func write(_ message: Message, to json: inout JSONWriter) {
        if let text = String(validating: message.body, as: UTF8.self) {
            json.member("body", text)
        } else {
            json.member("body_base64", Data(message.body).base64EncodedString())
        }
        let properties = message.properties
        json.key("properties")
        json.object { json in
            if let type = properties.contentType { json.member("content_type", type) }
            if let id = properties.messageID { json.member("message_id", id) }
            if let type = properties.type { json.member("type", type) }
            if let timestamp = properties.timestamp { json.member("timestamp", timestamp) }
            json.member("delivery_mode", properties.isPersistent ? 2 : 1)
            if properties.priority != 0 { json.member("priority", Int(properties.priority)) }
            if let expiration = properties.expiration { json.member("expiration", Int(expiration)) }
            for property in MessageProperties.Carried.allCases {
                if let text = properties.carried[property] { json.member(property.name, text) }
            }
            json.key("headers")
            json.table(properties.headers)
        }
    }

    /// Reads what a line of a file says about the message; members that only describe it are passed over.
    ///
    /// - Throws: ``Unreadable`` if the line is not JSON, or lacks the body.
    package static func message(_ line: [UInt8]) throws(Unreadable) -> Message {
        var body: [UInt8]?
        var properties: MessageProperties?
        var isLeftOut = false
        do throws(JSONSyntaxError) {
            var reader = JSONReader(line, maximumDepth: 64)
            reader.skipByteOrderMark()
            guard reader.peek() == UInt8(ascii: "{") else { throw reader.failure("expected a JSON object") }
            try reader.openObject()
            var isFirst = true
            while let key = try reader.nextKey(isFirst: isFirst) {
                isFirst = false
                switch reader.string(key) {
                case "body": body = Array(try reader.text().utf8)
                case "body_base64": body = try reader.base64()
                case "body_left_out": isLeftOut = try reader.value().kind == .bool(true)
                case "properties": properties = try reader.properties()
                default: _ = try reader.value()
                }
            }
            try reader.finish()
        } catch {
            throw Unreadable(description: error.description)
        }
        guard !isLeftOut else { throw Unreadable(description: "the letter was exported without its body") }
        guard let body, let properties else {
            throw Unreadable(description: "an exported letter has a body and properties")
        }
        return Message(body: body, properties: properties)
    }
}

extension MessageProperties.Carried {
    /// The name in AMQP's specification.
    fileprivate var name: String {
        switch self {
        case .contentEncoding: "content_encoding"
        case .correlationID: "correlation_id"
        case .replyTo: "reply_to"
        case .appID: "app_id"
        }
    }
}

extension JSONReader {
    mutating func text() throws(JSONSyntaxError) -> String {
        let token = try value()
        guard case .string = token.kind else { throw failure("expected a string") }
        return string(token)
    }

    mutating func base64() throws(JSONSyntaxError) -> [UInt8] {
        guard let data = Data(base64Encoded: try text()) else { throw failure("expected base64") }
        return [UInt8](data)
    }

    mutating func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws(JSONSyntaxError) -> Number {
        let token = try value()
        guard case .number = token.kind, case .value(let number) = integer(token), let result = Number(exactly: number)
        else { throw failure("expected an integer from \(Number.min) to \(Number.max)") }
        return result
    }

    fileprivate mutating func properties() throws(JSONSyntaxError) -> MessageProperties {
        var properties = MessageProperties()
        guard peek() == UInt8(ascii: "{") else { throw failure("expected an object of properties") }
        try openObject()
        var isFirst = true
        while let key = try nextKey(isFirst: isFirst) {
            isFirst = false
            let name = string(key)
            switch name {
            case "content_type": properties.contentType = try text()
            case "message_id": properties.messageID = try text()
            case "type": properties.type = try text()
            case "timestamp": properties.timestamp = try integer(Int64.self)
            case "delivery_mode": properties.isPersistent = try integer(UInt8.self) == 2
            case "priority": properties.priority = try integer(UInt8.self)
            case "expiration": properties.expiration = try integer(UInt32.self)
            case "headers": properties.headers = try table()
            default:
                if let property = MessageProperties.Carried.allCases.first(where: { $0.name == name }) {
                    properties.carried[property] = try text()
                } else {
                    throw failure("a property that is not known: \(name)")
                }
            }
        }
        return properties
    }
}
