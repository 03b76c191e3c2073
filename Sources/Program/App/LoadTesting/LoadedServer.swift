import HTTPMessages
import JSON
import LoadTesting
import Network

/// What a load test asks the server beside posting events.
struct LoadedServer: Sendable {
    /// Why a load test cannot begin.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let url: String
    private let token: String?
    private let client = HTTPClient()

    init(_ target: LoadTarget, token: String?) {
        url = target.url
        self.token = token
    }

    /// Finds out whether something answers.
    ///
    /// - Throws: ``Failure``, which says what to start.
    func check() async throws(Failure) {
        do throws(NetworkError) {
            _ = try await client.send(request("/health"), timeout: .seconds(5))
        } catch {
            throw Failure(
                description: "nothing answers at \(url) (\(error)): start a server with `debias-events serve`, or name "
                    + "one that runs by --url")
        }
    }

    /// The page of metrics; nil where the server tells none.
    func metrics() async -> String? {
        guard let answer = try? await client.send(request("/metrics"), timeout: .seconds(5)), answer.status.isSuccess
        else { return nil }
        return String(decoding: answer.body, as: UTF8.self)
    }

    /// How many events wait in the server's spool; nil where it has none or does not tell.
    func spooled() async -> Int? {
        guard let answer = try? await client.send(request("/rabbitmq/health"), timeout: .seconds(5)),
            case .object(let members)? = try? JSONValue(parsing: answer.body),
            case .object(let spool)? = members["spool"], case .integer(let count)? = spool["messages"]
        else { return nil }
        return Int(count)
    }

    private func request(_ path: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url + path)
        if let token { request.headers["Authorization"] = "Bearer \(token)" }
        return request
    }
}
