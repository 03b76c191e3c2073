import HTTPMessages
import HTTPServer

extension HTTPResponse {
    /// Adds to a page what keeps browsers from running or framing what is not ours, as far as the page does not say it
    /// itself. Other answers stay as they are.
    mutating func secureIfPage() {
        guard headers["Content-Type"]?.hasPrefix("text/html") == true else { return }
        for (name, value) in Self.pageHeaders where !headers.contains(name) { headers.append(name, value) }
    }

    private static let pageHeaders = [
        (
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ]
}
