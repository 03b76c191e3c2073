import Console
import ConsolePage
import Crypto
import HTTPMessages
import HTTPServer
import JSON

/// `/console`: the page, and what only the page and `top` ask for. All else they read from the endpoints that everybody
/// has.
extension HTTPAPI {
    private static let document = ServedFile(ConsolePage.document)
    private static let parts = ConsolePage.parts.mapValues { ServedFile($0) }

    /// `GET /console`.
    func consolePage(_ request: HTTPRequest, _: PathParameters) -> HTTPResponse { Self.document.answer(to: request) }

    /// `GET /console/files/{name}`.
    func consoleFile(_ request: HTTPRequest, _ path: PathParameters) throws(Problem) -> HTTPResponse {
        guard let part = Self.parts[String(path["name"])] else {
            throw Problem(status: .notFound, code: "no-file", detail: "The console has no file \(path["name"]).")
        }
        return part.answer(to: request)
    }

    /// `GET /console/access`: what this client may do, and why not: the page shows the rest as closed.
    func consoleAccess(_ request: HTTPRequest, _: PathParameters) throws(Problem) -> HTTPResponse {
        let credentials = access.current
        let verdict = try access.identify(request, by: credentials)
        var json = JSONWriter()
        json.object { json in
            for (name, method, path) in Self.permissions {
                json.key(name)
                json.object { json in
                    let reason = refusal(of: request, method, path, verdict, credentials)
                    json.member("allowed", reason == nil)
                    if let reason { json.member("reason", reason) }
                }
            }
            json.member("token", request.headers.contains("Authorization"))
        }
        var response = HTTPResponse.json(json.bytes)
        response.headers["Cache-Control"] = "no-store"
        return response
    }

    /// What the page tells apart, each with a request that needs it.
    private static let permissions: [(name: String, HTTPMethod, path: String)] = [
        ("read", .get, "/users/1/history"), ("letters", .get, "/dlq"), ("operate", .post, "/dlq/replay"),
    ]

    private func refusal(
        of request: HTTPRequest, _ method: HTTPMethod, _ path: String, _ verdict: Credentials.Verdict,
        _ credentials: Credentials
    ) -> String? {
        guard let (found, parameters) = Self.routes.find(path), let route = found.route(for: method) else {
            return "There is no \(path)."
        }
        do throws(Problem) {
            try authorize(
                request, for: route.access, route.pattern, parameters, verdict, credentials, isAttempt: false)
            return nil
        } catch {
            return error.detail
        }
    }

    /// `GET /console/snapshot`: the state of the pipeline now.
    func consoleSnapshot(_: HTTPRequest, _: PathParameters) async -> HTTPResponse {
        var response = HTTPResponse.json(await console.snapshot().json)
        response.headers["Cache-Control"] = "no-store"
        return response
    }

    /// `GET /console/stream`: the last ten minutes, as the event `history`, then a `snapshot` a second, for as long as the
    /// client reads. 503 when there are as many streams as there may be.
    func consoleStream(_: HTTPRequest, _: PathParameters) throws(Problem) -> HTTPResponse {
        guard let place = console.enter() else { throw Self.tooManyConsoles }
        return .serverSentEvents { [console] events in
            let history = String(decoding: console.history, as: UTF8.self)
            try await events.send(HTTPServerSentEvent(data: history, event: "history"))
            var number = 0
            while let frame = await console.next(after: number) {
                number = frame.number
                let data = String(decoding: frame.json, as: UTF8.self)
                try await events.send(HTTPServerSentEvent(data: data, event: "snapshot"))
            }
            withExtendedLifetime(place) {}
        }
    }

    private static var tooManyConsoles: Problem {
        .unavailable(
            "\(ConsoleFeed.viewerLimit) consoles are open, as many as may be at a time: close one.", retryAfter: 10)
    }
}

/// A file of the page, as it is served: it may do nothing but ask this server, and no other page may show it.
private struct ServedFile: Sendable {
    private let headers: HTTPHeaders
    private let bytes: [UInt8]
    private let tag: String

    init(_ file: ConsolePage.File) {
        bytes = file.bytes
        var hash = HashContext<SHA1>()
        hash.update(file.bytes)
        tag = "\"\(hash.finish().hexadecimal)\""
        headers = [
            "Content-Type": file.type,
            "ETag": tag,
            // Asked for each time, and answered without a body where nothing has changed.
            "Cache-Control": "no-cache",
            "Content-Security-Policy":
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
                + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        ]
    }

    func answer(to request: HTTPRequest) -> HTTPResponse {
        let known = (request.headers["If-None-Match"] ?? "").split(separator: ",")
        // A proxy that compresses weakens the tag.
        let isKnown = known.contains { field in field.hasSuffix(tag) || field == "*" }
        return isKnown
            ? HTTPResponse(status: .notModified, headers: headers)
            : HTTPResponse(headers: headers, body: .bytes(bytes))
    }
}
