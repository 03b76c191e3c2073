//! Sends an HTTP request, and decides by what comes of it.

import HTTPMessages
import Network

/// Posts `json`; tries again a little later when that may help.
func post(_ json: String, to url: String, with client: HTTPClient) async throws -> HTTPClientResponse {
    let request = HTTPClientRequest(
        method: .post, url: url, headers: ["Content-Type": "application/json"], body: Array(json.utf8))
    var attempts = 0
    while true {
        attempts += 1
        do throws(NetworkError) {
            let response = try await client.send(request, timeout: .seconds(10))
            guard response.status == .tooManyRequests, attempts < 3 else { return response }
            try? await Task.sleep(for: response.retryAfter ?? .seconds(1))
        } catch {
            guard error.isRetriable, attempts < 3 else { throw error }
            try? await Task.sleep(for: .seconds(1))
        }
        try Task.checkCancellation()
    }
}

var configuration = HTTPClient.Configuration()
configuration.largestBody = 1 << 20
let client = HTTPClient(configuration)

if CommandLine.arguments.count == 2 {
    let response = try await post(#"{"text": "hello"}"#, to: CommandLine.arguments[1], with: client)
    print(response.status, response.headers["Content-Type"] ?? "without a type")
    print(String(decoding: response.body, as: UTF8.self))
} else {
    print("usage: HTTPRequest URL")
}
