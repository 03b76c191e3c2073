import HTTPMessages
import Network

/// Asks a running server for the state of its pipeline.
package struct SnapshotReader: Sendable {
    private let url: String
    private let token: String?
    private let client = HTTPClient()

    /// - Parameters:
    ///   - url: Where the server listens, with or without a slash at its end.
    ///   - token: One of the server's tokens; nil from its own machine.
    package init(url: String, token: String?) {
        self.url = (url.last == "/" ? String(url.dropLast()) : url) + "/console/snapshot"
        self.token = token
    }

    /// - Returns: The state as one JSON object.
    /// - Throws: ``Failure``, which says what the server answered, or why it did not.
    package func read() async throws(Failure) -> [UInt8] {
        var request = HTTPClientRequest(url: url)
        if let token { request.headers["Authorization"] = "Bearer \(token)" }
        do {
            let response = try await client.send(request, timeout: .seconds(5))
            guard response.status.isSuccess else {
                let hint = response.status.code == 401 || response.status.code == 403 ? ": give a token by --token" : ""
                throw Failure(description: "\(url) answers \(response.status.code)\(hint)")
            }
            return response.body
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(description: "\(url) does not answer: \(error)")
        }
    }

    /// Why there is no state to show.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }
}
