import Testing

/// An answer as a client reads it.
struct Answer: Hashable {
    var status: Int
    var fields: [String]
    var body: String

    /// The values of a field, whose name is given in lower case.
    func values(of name: String) -> [String] {
        fields.filter { $0.lowercased().hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) }
    }

    subscript(name: String) -> String? { values(of: name).first }
}

/// Reads answers as strictly as their grammar is, apart from the machine.
struct Answers {
    private var rest: Substring

    init(_ text: String) {
        rest = text[...]
    }

    /// All answers of a text, none of them to HEAD.
    static func all(_ text: String) throws -> [Answer] {
        var answers = Answers(text)
        var all: [Answer] = []
        while !answers.isAtEnd { all.append(try answers.next()) }
        return all
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// The next answer. One without length goes on to the end.
    mutating func next(toHEAD: Bool = false) throws -> Answer {
        let words = try line().split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        try #require(words.count == 3 && words[0] == "HTTP/1.1" && words[1].utf8.count == 3, "\(words)")
        var answer = Answer(status: try #require(Int(words[1])), fields: [], body: "")
        while case let field = try line(), !field.isEmpty {
            try #require(field.contains(": "), "\(field)")
            answer.fields.append(String(field))
        }
        if toHEAD || answer.status < 200 || answer.status == 204 || answer.status == 304 { return answer }
        if answer["transfer-encoding"] == "chunked" {
            try #require(answer["content-length"] == nil)
            answer.body = try chunks()
        } else if let length = answer["content-length"] {
            try #require(answer.values(of: "content-length").count == 1)
            answer.body = try take(try #require(Int(length)))
        } else {
            try #require(answer["connection"] == "close")
            answer.body = try take(rest.utf8.count)
        }
        return answer
    }

    private mutating func chunks() throws -> String {
        var body = ""
        while true {
            let size = try #require(Int(try line(), radix: 16))
            body += try take(size)
            try #require(try line().isEmpty)
            if size == 0 { return body }
        }
    }

    private mutating func line() throws -> Substring {
        // CR LF is one character.
        let end = try #require(rest.firstIndex(of: "\r\n"), "\(rest)")
        defer { rest = rest[rest.index(after: end)...] }
        return rest[..<end]
    }

    private mutating func take(_ count: Int) throws -> String {
        let bytes = rest.utf8
        try #require(bytes.count >= count, "\(rest)")
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        rest = Substring(bytes.dropFirst(count))
        return text
    }
}
