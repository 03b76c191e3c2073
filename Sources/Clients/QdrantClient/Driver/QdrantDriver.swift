import Connections
import EventLoops
import HTTPMessages
import Network

/// Sends requests to one Qdrant, several at the same time over connections that it keeps, and repeats what is worth
/// repeating.
///
/// ```swift
/// let qdrant = QdrantDriver(try QdrantConfiguration(url: "http://localhost:6333"))
/// let version = try await qdrant.send(.version)
/// ```
///
/// Nothing is connected before the first request. Safe to use from any task.
public final class QdrantDriver: Sendable {
    /// How the server is reached, and the bounds.
    public let configuration: QdrantConfiguration
    private let connections: QdrantConnections
    private let address: String

    /// A driver without a connection yet.
    ///
    /// - Parameter configuration: How the server is reached, and the bounds.
    public init(_ configuration: QdrantConfiguration) {
        self.configuration = configuration
        connections = QdrantConnections(configuration)
        address = configuration.address.description
    }

    /// Ends the waits for connections with `.closed`, and takes no requests any more; those under way end as they would.
    public func close() async {
        await connections.close()
    }

    /// Sends a request, and gives the answer.
    ///
    /// A request that may be repeated (``QdrantRequest/isRepeatable``) is sent again after an error with
    /// ``QdrantError/isRetriable``, ``QdrantConfiguration/attempts`` times in all, as long as there is time: after the
    /// backoff, or after as long as the server asks for. Cancelling the task ends the request within a second.
    ///
    /// - Parameters:
    ///   - request: What is asked for.
    ///   - timeout: The time for all of it; nil for ``QdrantConfiguration/requestTimeout``.
    /// - Returns: The answer.
    /// - Throws: ``QdrantError``; of several attempts that of the last, with
    ///   ``QdrantError/isOutcomeUnknown`` if any of them may have done what was asked.
    public func send<Answer>(
        _ request: QdrantRequest<Answer>, within timeout: Duration? = nil
    ) async throws(QdrantError) -> Answer {
        if let failure = request.failure { throw failure }
        guard request.body.count <= configuration.largestRequest else {
            throw QdrantError(
                .tooLarge,
                "\(request.name): the request has \(request.body.count) bytes, above the \(configuration.largestRequest) that are allowed"
            )
        }
        let deadline = ContinuousClock.now + (timeout ?? configuration.requestTimeout)
        var mayBeDone = false
        var failures = 0
        while true {
            do throws(QdrantError) {
                return try await attempt(request, until: deadline)
            } catch {
                failures += 1
                mayBeDone = mayBeDone || error.isOutcomeUnknown
                let failure = error.hiding(configuration.apiKey, isOutcomeUnknown: mayBeDone)
                guard error.isRetriable, request.isRepeatable, failures < configuration.attempts,
                    await waits(afterFailures: failures, error.retryAfter, until: deadline)
                else { throw failure }
            }
        }
    }

    private func attempt<Answer>(
        _ request: QdrantRequest<Answer>, until deadline: ContinuousClock.Instant
    ) async throws(QdrantError) -> Answer {
        let lease = try await connections.acquire(until: deadline)
        let result = await exchange(request, lease.client, deadline - .now)
        // Not in a task of its own: who comes next finds the connection free.
        await connections.release(lease)
        return try result.get()
    }

    private func exchange<Answer>(
        _ request: QdrantRequest<Answer>, _ client: HTTPClient, _ timeout: Duration
    ) async -> Result<Answer, QdrantError> {
        var headers: HTTPHeaders = [:]
        if !request.body.isEmpty { headers.append("Content-Type", "application/json") }
        if let apiKey = configuration.apiKey { headers.append("api-key", apiKey) }
        let message = HTTPClientRequest(
            method: request.method, url: address + (request.path.isEmpty ? "/" : request.path), headers: headers,
            body: request.body, isIdempotent: request.isRepeatable && configuration.attempts > 1)
        do throws(NetworkError) {
            let response = try await client.send(message, timeout: timeout)
            return Result { () throws(QdrantError) in
                try request.decode(response.status, response.body, retryAfter: response.retryAfter)
            }
        } catch {
            return .failure(QdrantError(error, isRead: request.isRead))
        }
    }

    /// Waits before the next attempt, if there is time for the wait.
    private func waits(
        afterFailures failures: Int, _ retryAfter: Duration?, until deadline: ContinuousClock.Instant
    ) async -> Bool {
        var generator = SystemRandomNumberGenerator()
        let delay = configuration.backoff.delay(afterFailures: failures, using: &generator)
        let next = ContinuousClock.now + max(delay, retryAfter ?? .zero)
        guard next < deadline else { return false }
        do {
            try await Task.sleep(until: next, clock: .continuous)
            return true
        } catch {
            return false
        }
    }
}

extension QdrantError {
    init(_ error: NetworkError, isRead: Bool) {
        let code: Code =
            switch error.code {
            case .unreachable: .unreachable
            case .timedOut: .timedOut
            case .tls: .tls
            case .disconnected: .connectionLost
            case .closed: .closed
            case .tooLarge: .tooLarge
            default: .malformedAnswer
            }
        // Without a connection nothing was sent.
        let isUnsent = code == .unreachable || code == .tls
        self.init(code, error.message, isOutcomeUnknown: !isRead && !isUnsent)
    }

    /// The same error without the API key, which a server or a proxy may repeat in its text.
    func hiding(_ secret: String?, isOutcomeUnknown: Bool) -> QdrantError {
        var text = message
        if let secret, !secret.isEmpty {
            text = text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "***")
        }
        return QdrantError(
            code, text, status: status, retryAfter: retryAfter, isOutcomeUnknown: isOutcomeUnknown)
    }
}
