import Bytes
import HTTPMessages

/// Writes the head of an answer, for one request.
struct ResponseWriter {
    /// What the request allows.
    struct Request {
        var isHTTP10 = false
        var isHead = false
        var keepsAlive = true
    }

    /// How the answer's body and connection go on behind the head.
    struct Outcome {
        /// Whether the connection ends with the answer.
        var closes: Bool
        /// Whether the bytes of the body are sent: not for HEAD, 204 and 304.
        var hasBody: Bool
        /// Whether the body is sent in chunks.
        var isChunked: Bool
    }

    /// Adds a head to `output`. Where it throws, nothing is added.
    static func write(
        _ head: ResponseHead, for request: Request, date: [UInt8], to output: inout [UInt8]
    ) throws(InvalidResponse) -> Outcome {
        let start = output.count
        guard 200...599 ~= head.status.code else { throw InvalidResponse() }
        if case .length(let length) = head.body, length < 0 { throw InvalidResponse() }
        output.append(contentsOf: StatusLine.of(head.status))
        let fields: (hasDate: Bool, closes: Bool)
        do throws(InvalidResponse) {
            fields = try append(head.headers, to: &output)
        } catch {
            output.removeLast(output.count - start)
            throw error
        }
        if !fields.hasDate {
            output.append(contentsOf: Piece.date)
            output.append(contentsOf: date)
            output.append(contentsOf: Piece.end)
        }
        let outcome = append(head, for: request, closes: fields.closes || !request.keepsAlive, to: &output)
        if outcome.closes {
            output.append(contentsOf: "Connection: close\r\n".utf8)
        } else if request.isHTTP10 {
            output.append(contentsOf: "Connection: keep-alive\r\n".utf8)
        }
        output.append(contentsOf: Piece.end)
        return outcome
    }

    /// Adds the fields that tell where the body ends.
    private static func append(
        _ head: ResponseHead, for request: Request, closes: Bool, to output: inout [UInt8]
    ) -> Outcome {
        let isBodiless = head.status == 204 || head.status == 304
        switch head.body {
        case .length(let length):
            // A 204 has no length (RFC 9110, section 8.6), a 304 that of the answer which it stands for.
            if !isBodiless {
                output.append(contentsOf: Piece.contentLength)
                output.append(digitsOf: UInt(length))
                output.append(contentsOf: Piece.end)
            }
            return Outcome(closes: closes, hasBody: !isBodiless && !request.isHead && length > 0, isChunked: false)
        case .stream:
            if isBodiless { return Outcome(closes: closes, hasBody: false, isChunked: false) }
            // The end of a body whose length is not known is the connection's in HTTP/1.0. With HEAD the length would
            // have to be that of GET, which nobody knows.
            if request.isHTTP10 || request.isHead {
                return Outcome(closes: true, hasBody: !request.isHead, isChunked: false)
            }
            output.append(contentsOf: "Transfer-Encoding: chunked\r\n".utf8)
            return Outcome(closes: closes, hasBody: true, isChunked: true)
        }
    }

    /// Adds the handler's fields.
    private static func append(
        _ headers: HTTPHeaders, to output: inout [UInt8]
    ) throws(InvalidResponse) -> (hasDate: Bool, closes: Bool) {
        var (hasDate, closes) = (false, false)
        try headers.forEachField { name, value throws(InvalidResponse) in
            guard isToken(name), isFieldValue(value) else { throw InvalidResponse() }
            if value.isEmpty { return }
            let (wholeName, wholeValue) = (0..<name.count, 0..<value.count)
            switch name.count {
            case 4 where name.equalsIgnoringCase(wholeName, "date"): hasDate = true
            case 10 where name.equalsIgnoringCase(wholeName, "connection"):
                if value.equalsIgnoringCase(wholeValue, "close") { closes = true }
                return
            case 14 where name.equalsIgnoringCase(wholeName, "content-length"): return
            case 17 where name.equalsIgnoringCase(wholeName, "transfer-encoding"): return
            default: break
            }
            output.append(addingCapacity: name.count + value.count + 4) { output in
                for index in name.indices { output.append(name[index]) }
                output.append(UInt8(ascii: ":"))
                output.append(UInt8(ascii: " "))
                for index in value.indices { output.append(value[index]) }
                output.append(UInt8(ascii: "\r"))
                output.append(UInt8(ascii: "\n"))
            }
        }
        return (hasDate, closes)
    }

    /// Whether the bytes are a token (RFC 9110, section 5.6.2).
    private static func isToken(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices where !ByteSet.token.contains(bytes[index]) { return false }
        return !bytes.isEmpty
    }

    /// Whether all bytes may be in a field's value: no control characters except the tab.
    private static func isFieldValue(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices where bytes[index] < 0x20 && bytes[index] != 0x09 || bytes[index] == 0x7F {
            return false
        }
        return true
    }
}

/// What nearly every head holds. Arrays, since a string's bytes are first copied out of it.
private enum Piece {
    static let date = Array("Date: ".utf8)
    static let contentLength = Array("Content-Length: ".utf8)
    static let end = Array("\r\n".utf8)
}

/// The first lines of answers.
private enum StatusLine {
    private static let lines = (200...599).map { line(HTTPStatus($0)) }

    /// The line of a status from 200 to 599, with its end.
    static func of(_ status: HTTPStatus) -> [UInt8] {
        lines[status.code - 200]
    }

    private static func line(_ status: HTTPStatus) -> [UInt8] {
        Array("HTTP/1.1 \(status.code) \(status.reason)\r\n".utf8)
    }
}

extension [UInt8] {
    /// Adds a piece of a body as a chunk (RFC 9112, section 7.1). An empty piece adds nothing, as it would end the body.
    mutating func appendChunk(_ piece: ArraySlice<UInt8>) {
        if piece.isEmpty { return }
        append(contentsOf: String(piece.count, radix: 16).utf8)
        append(contentsOf: "\r\n".utf8)
        append(contentsOf: piece)
        append(contentsOf: "\r\n".utf8)
    }
}
