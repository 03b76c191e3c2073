import Crypto
import FoundationEssentials
import HTTPMessages
import JSON

/// The API's description as one page for people: no script, nothing from elsewhere, light and dark, narrow and wide.
struct DocumentPage {
    let table: RouteTable

    static let style = """
        :root{color-scheme:light dark;--text:#1a1d21;--back:#fff;--soft:#f3f4f6;--line:#d5d9de;--quiet:#565e68;--link:#0b57b7}
        @media(prefers-color-scheme:dark){:root{--text:#e4e7eb;--back:#14171a;--soft:#1e2328;--line:#363d45;--quiet:#a3acb6;\
        --link:#7fb4ff}}
        *{box-sizing:border-box}body{margin:0 auto;max-width:60rem;padding:1rem;font:1rem/1.5 system-ui,sans-serif;\
        color:var(--text);background:var(--back)}
        a{color:var(--link)}h1{font-size:1.6rem}h2{font-size:1.15rem;margin:2.5rem 0 .5rem;padding-top:1rem;\
        border-top:1px solid var(--line);overflow-wrap:anywhere}h3{font-size:1rem;margin:1.2rem 0 .4rem}
        code,pre{font:.875rem/1.45 ui-monospace,monospace}pre{background:var(--soft);border-radius:.4rem;padding:.7rem;\
        overflow-x:auto;margin:.4rem 0}
        table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;\
        border-bottom:1px solid var(--line);overflow-wrap:anywhere}td:nth-child(2){white-space:nowrap}th{color:var(--quiet);font-weight:600}
        .quiet{color:var(--quiet)}nav ul{columns:20rem;padding:0;list-style:none}nav li{overflow-wrap:anywhere}
        summary{cursor:pointer;padding:.25rem 0}@media(max-width:34rem){td,th{display:block;border:0;padding:.1rem 0}\
        tr{display:block;border-bottom:1px solid var(--line);padding:.4rem 0}thead{display:none}}
        """

    /// Allows the page's own style by its digest, and nothing else.
    static var policy: String {
        "default-src 'none'; style-src 'sha256-\(Data(SHA256.hash(Array(style.utf8)).bytes).base64EncodedString())'; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'"
    }

    var html: String {
        var html = """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>debias-events: the API</title>
            <meta name="viewport" content="width=device-width,initial-scale=1"><style>\(Self.style)</style></head><body>
            <h1>debias-events: the API</h1>
            <p>\(Self.escaped(OpenAPIDocument.about))</p>
            <p>For programs: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1).
            Tokens: <code>Authorization: Bearer TOKEN</code>. \(Self.escaped(OpenAPIDocument.tokens))</p>
            <nav aria-label="Requests"><ul>
            """
        for route in table.routes {
            html += "<li><a href=\"#\(route.operationID)\"><code>\(route.shown)</code></a></li>\n"
        }
        html += "</ul></nav><main>\n"
        for route in table.routes { html += section(route) }
        html += "<h2 id=\"others\">Any other path or method</h2>\n" + problems(Problem.ofOtherPaths)
        return html + "</main></body></html>\n"
    }

    private func section(_ route: Route) -> String {
        let description = route.description
        var html = "<h2 id=\"\(route.operationID)\"><code>\(route.shown)</code></h2>\n<p>\(Self.escaped(route.summary))"
        if let scope = route.access.scope {
            html += " <span class=\"quiet\">Scope: \(scope.rawValue)\(Self.escaped(route.access.orUser)).</span>"
        }
        html += "</p>\n" + pre(curl(route))
        if !description.parameters.isEmpty {
            html += "<h3>Parameters</h3><table><thead><tr><th>name</th><th>in</th><th>what</th></tr></thead><tbody>\n"
            for parameter in description.parameters {
                html += "<tr><td><code>\(parameter.name)</code></td><td>\(parameter.place.rawValue)</td>"
                html +=
                    "<td>\(Self.escaped(parameter.text))<br><code>\(Self.escaped(parameter.schema))</code></td></tr>\n"
            }
            html += "</tbody></table>\n"
        }
        for body in description.bodies {
            html +=
                "<h3>Body: <code>\(body.type)</code></h3><p>\(Self.escaped(body.text))</p>\n" + pre(shown(body.example))
            html += "<details><summary>Schema</summary>\(pre(body.schema))</details>\n"
        }
        for answer in description.answers {
            html +=
                "<h3>\(answer.status.description): <code>\(answer.type)</code></h3><p>\(Self.escaped(answer.text))</p>\n"
            html += pre(shown(answer.example)) + "<details><summary>Schema</summary>\(pre(answer.schema))</details>\n"
        }
        return html + "<h3>Problems</h3>\n" + problems(route.problems)
    }

    private func problems(_ problems: [Problem]) -> String {
        problems.sorted { $0.status.code < $1.status.code }.map { problem in
            "<details><summary>\(problem.status.description): <code>\(problem.code)</code></summary>"
                + pre(String(decoding: problem.json, as: UTF8.self)) + "</details>\n"
        }.joined()
    }

    /// A command that sends the request.
    private func curl(_ route: Route) -> String {
        let path = route.pattern.segments.map { segment -> String in
            switch segment {
            case .literal(let text): "/\(text)"
            case .parameter: "/1"
            }
        }.joined()
        var command = "curl"
        if route.method != .get { command += " -X \(route.method)" }
        if route.access.scope != nil { command += " -H 'Authorization: Bearer TOKEN'" }
        command += " localhost:8000\(path)"
        if let body = route.description.bodies.first {
            command += " \\\n  -H 'Content-Type: \(body.type)' -d '\(body.example)'"
        }
        return command
    }

    /// An example as it goes over the wire: the content of a string that stands for another type.
    private func shown(_ example: String) -> String {
        guard example.hasPrefix("\""), let text = (try? JSONValue(parsing: Array(example.utf8)))?.text else {
            return example
        }
        return text
    }

    private func pre(_ text: String) -> String { "<pre tabindex=\"0\">\(Self.escaped(text))</pre>" }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}

extension Route {
    fileprivate var shown: String { "\(method) \(pattern)" }
}
