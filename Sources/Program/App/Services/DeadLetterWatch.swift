package import DeadLetters
import Events
import HTTPMessages
import JSON
package import Messaging
import Network
package import Observability

/// Alerts when there are too many or too old dead letters: in the log, and to a webhook.
package struct DeadLetterWatch: Service {
    private let letters: DeadLetterQueue
    private let thresholds: DeadLetterThresholds
    private let interval: Duration
    private let webhook: String?
    private let log: Log

    /// - Parameters:
    ///   - interval: The time between two checks.
    ///   - webhook: The URL to which alerts are posted; nil for none.
    package init(
        _ pipeline: Pipeline, thresholds: DeadLetterThresholds, interval: Duration, webhook: String?, log: Log
    ) {
        letters = pipeline.deadLetters
        self.thresholds = thresholds
        self.interval = interval
        self.webhook = webhook
        self.log = log
    }

    /// Checks once, and alerts if a threshold is passed.
    ///
    /// - Throws: ``MessagingError`` if the queue cannot be read.
    package func look() async throws(MessagingError) -> DeadLetterThresholds.Finding {
        try await look(isAlert: false)
    }

    /// Checks at every interval. Alerts go to the webhook when they begin; the log reports them at every check and when
    /// they end.
    ///
    /// - Throws: ``MessagingError`` if the queue cannot be read.
    package func run() async throws {
        var isAlert = false
        while !Task.isCancelled {
            do throws(MessagingError) {
                isAlert = try await look(isAlert: isAlert).alert != nil
            } catch {
                if Task.isCancelled { return }
                throw error
            }
            do { try await Task.sleep(for: interval) } catch { return }
        }
    }

    private func look(isAlert: Bool) async throws(MessagingError) -> DeadLetterThresholds.Finding {
        let finding = try await thresholds.look(letters, now: .now)
        if let alert = finding.alert {
            log(.error, "dead letters", ["alert": alert, "letters": "\(finding.count)"])
            if !isAlert { await post(alert, finding.count) }
        } else if isAlert {
            log(.info, "dead letters are below the thresholds again", ["letters": "\(finding.count)"])
        }
        return finding
    }

    private func post(_ alert: String, _ count: Int) async {
        guard let webhook else { return }
        var json = JSONWriter()
        json.object { json in
            json.member("alert", alert)
            json.member("dead_letters", count)
            json.member("at", Timestamp.now)
        }
        var request = HTTPClientRequest(method: .post, url: webhook)
        request.headers = ["Content-Type": "application/json"]
        request.body = json.bytes
        do {
            let response = try await HTTPClient().send(request, timeout: .seconds(10))
            guard response.status.isSuccess else {
                return log(.error, "the webhook refused the alert", ["status": "\(response.status.code)"])
            }
        } catch {
            log(.error, "the webhook could not be reached", ["error": "\(error)"])
        }
    }
}
