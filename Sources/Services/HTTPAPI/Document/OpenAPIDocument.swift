import HTTPMessages
import JSON

/// The API's description by OpenAPI 3.1.1, made of the table of routes.
struct OpenAPIDocument {
    static let about = """
        Takes what users of a shop do, makes it durable, and answers what follows from it. Every error is \
        application/problem+json (RFC 9457) that says what to do next; a 503 has Retry-After. A path that is not listed \
        is a 404, a method that a path does not take a 405 with Allow. Bodies may be compressed by gzip \
        (Content-Encoding). Ids are whole numbers up to 2^63-1.
        """
    static let tokens = """
        A configured token (serve --api-tokens), or a JSON Web Token (serve --jwt-secret, --jwt-keys). Each operation \
        names the scope that it takes. Events need none unless a token names the scope ingest or web tokens are taken. \
        Reads need none on the server's own machine, as long as it listens there only and no token names the scope read.
        """

    let table: RouteTable

    var bytes: [UInt8] {
        var json = JSONWriter(reserving: 1 << 16)
        json.object { json in
            json.member("openapi", "3.1.1")
            json.key("info")
            json.object { json in
                json.member("title", "debias-events")
                json.member("version", "1.0.0")
                json.member("description", Self.about)
                json.key("license")
                json.object { json in
                    json.member("name", "Apache-2.0")
                    json.member("identifier", "Apache-2.0")
                }
            }
            json.key("servers")
            json.array { $0.object { $0.member("url", "/") } }
            json.key("paths")
            json.object { json in
                for path in table.paths {
                    json.key(path.pattern.description)
                    json.object { json in
                        for route in path.routes { Self.write(route, to: &json) }
                    }
                }
            }
            json.key("components")
            json.object { Self.writeComponents(to: &$0) }
        }
        return json.bytes
    }

    private static func write(_ route: Route, to json: inout JSONWriter) {
        json.key(route.method.rawValue.lowercased())
        json.object { json in
            json.member("operationId", route.operationID)
            json.member("summary", route.summary)
            if let scope = route.access.scope {
                json.member("description", "Scope: \(scope.rawValue)\(route.access.orUser).")
                json.key("security")
                json.array { json in
                    json.object { json in
                        json.key("bearer")
                        // In OpenAPI 3.1, roles may be named for any kind of scheme.
                        json.array { $0.string(scope.rawValue) }
                    }
                    if scope != .operate { json.object { _ in } }
                }
            }
            let description = route.description
            if !description.parameters.isEmpty {
                json.key("parameters")
                json.array { json in
                    for parameter in description.parameters { write(parameter, to: &json) }
                }
            }
            if !description.bodies.isEmpty {
                json.key("requestBody")
                json.object { json in
                    json.member("required", true)
                    json.member(
                        "description", description.bodies.map { "\($0.type): \($0.text)" }.joined(separator: "\n\n"))
                    json.key("content")
                    json.object { json in
                        for body in description.bodies {
                            write(body.type, body.schema, [("example", Array(body.example.utf8))], to: &json)
                        }
                    }
                }
            }
            json.key("responses")
            json.object { writeAnswers(of: route, to: &$0) }
        }
    }

    private static func write(_ parameter: RouteDescription.Parameter, to json: inout JSONWriter) {
        json.object { json in
            json.member("name", parameter.name)
            json.member("in", parameter.place.rawValue)
            json.member("required", parameter.place == .path)
            json.member("description", parameter.text)
            json.key("schema")
            json.raw(parameter.schema.utf8)
        }
    }

    private static func writeAnswers(of route: Route, to json: inout JSONWriter) {
        let problems = route.problems
        for code in Set(route.description.answers.map(\.status.code) + problems.map(\.status.code)).sorted() {
            json.key("\(code)")
            let answers = route.description.answers.filter { $0.status.code == code }
            write(answers, problems.filter { $0.status.code == code }, to: &json)
        }
    }

    /// One status's answers: at most one that is no problem, and any number of problems.
    private static func write(
        _ answers: [RouteDescription.Answer], _ problems: [Problem], to json: inout JSONWriter
    ) {
        json.object { json in
            let reason = problems.first?.status.reason ?? ""
            json.member("description", answers.first?.text ?? reason)
            let headers = Set(problems.flatMap { $0.headers.map(\.name) }).sorted()
            if !headers.isEmpty {
                json.key("headers")
                json.object { json in
                    for name in headers {
                        json.key(name)
                        json.object { json in
                            json.key("schema")
                            json.raw(Schemas.text.utf8)
                        }
                    }
                }
            }
            json.key("content")
            json.object { json in
                for answer in answers {
                    write(answer.type, answer.schema, [("example", Array(answer.example.utf8))], to: &json)
                }
                guard !problems.isEmpty else { return }
                write("application/problem+json", Schemas.reference("Problem"), problems.examples, to: &json)
            }
        }
    }

    /// A media type with its examples: one without a name, or some with.
    private static func write(
        _ type: String, _ schema: String, _ examples: [(name: String, json: [UInt8])], to json: inout JSONWriter
    ) {
        json.key(type)
        json.object { json in
            json.key("schema")
            json.raw(schema.utf8)
            if examples.count == 1, let only = examples.first, only.name == "example" {
                json.key("example")
                json.raw(only.json)
                return
            }
            json.key("examples")
            json.object { json in
                for example in examples {
                    json.key(example.name)
                    json.object { json in
                        json.key("value")
                        json.raw(example.json)
                    }
                }
            }
        }
    }

    private static func writeComponents(to json: inout JSONWriter) {
        json.key("schemas")
        json.object { json in
            for (name, schema) in Schemas.named {
                json.key(name)
                json.raw(schema.utf8)
            }
        }
        json.key("responses")
        json.object { json in
            for (name, code) in [("NotFound", 404), ("MethodNotAllowed", 405)] {
                json.key(name)
                write([], Problem.ofOtherPaths.filter { $0.status.code == code }, to: &json)
            }
        }
        json.key("securitySchemes")
        json.object { json in
            json.key("bearer")
            json.object { json in
                json.member("type", "http")
                json.member("scheme", "bearer")
                json.member("description", tokens)
            }
        }
    }
}

extension [Problem] {
    /// Each problem as it is answered, named by its code; of several with one code the first has the plain name.
    var examples: [(name: String, json: [UInt8])] {
        var names: Set<String> = []
        return map { problem in
            var name = problem.code
            var number = 2
            while !names.insert(name).inserted {
                name = "\(problem.code)-\(number)"
                number += 1
            }
            return (name, problem.json)
        }
    }
}

extension Route {
    /// A name for programs: the method and the words of the path.
    var operationID: String {
        let words = pattern.segments.map { segment -> String in
            switch segment {
            case .literal(let text): String(text.replacing(".", with: "-"))
            case .parameter(let name): "by-\(name)"
            }
        }
        return "\(method.rawValue.lowercased())-\(words.joined(separator: "-"))"
    }
}
