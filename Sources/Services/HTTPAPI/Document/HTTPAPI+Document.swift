import HTTPMessages
import HTTPServer

extension HTTPAPI {
    private static let document = OpenAPIDocument(table: routes).bytes
    private static let page = Array(DocumentPage(table: routes).html.utf8)
    private static let pageHeaders: HTTPHeaders = [
        "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": DocumentPage.policy,
    ]

    /// `GET /openapi.json`.
    func openAPI(_: HTTPRequest, _: PathParameters) -> HTTPResponse { .json(Self.document) }

    /// `GET /docs`: the same for people.
    func documentPage(_: HTTPRequest, _: PathParameters) -> HTTPResponse {
        HTTPResponse(headers: Self.pageHeaders, body: .bytes(Self.page))
    }
}
