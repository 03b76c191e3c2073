import HTTPMessages
import Network

/// What a running server or worker answers to a probe.
package struct ProbeReport: Report, Sendable {
    /// What is asked for.
    package enum Question: String, Sendable {
        /// Whether the process lives and its workers make progress.
        case alive = "/health"
        /// Whether it can do its work.
        case ready = "/health/ready"
    }

    /// Whether the answer is yes.
    package let isGood: Bool
    /// The answer, one JSON object, as it came.
    package let json: [UInt8]

    package var text: String { String(decoding: json, as: UTF8.self) + "\n" }

    /// Asks.
    ///
    /// - Parameters:
    ///   - url: Where the server or the worker's health port listens, with or without a slash at its end.
    ///   - timeout: For the whole answer.
    /// - Throws: ``Failure`` if there is no answer, or not one of the kind.
    package static func read(
        _ question: Question, from url: String, timeout: Duration = .seconds(5)
    ) async throws(Failure) -> ProbeReport {
        let address = (url.last == "/" ? String(url.dropLast()) : url) + question.rawValue
        let response: HTTPClientResponse
        do {
            response = try await HTTPClient().send(HTTPClientRequest(url: address), timeout: timeout)
        } catch {
            throw Failure(description: "\(address) does not answer: \(error)")
        }
        guard [200, 503].contains(response.status.code), response.body.first == UInt8(ascii: "{") else {
            throw Failure(
                description: "\(address) answers \(response.status.code): debias-events does not listen there")
        }
        return ProbeReport(isGood: response.status.isSuccess, json: response.body)
    }

    /// Why there is no answer.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }
}
