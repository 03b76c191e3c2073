import App
import Arguments
import Bytes
import Events
import HTTPMessages
import Observability

/// What a process that goes on running tells of its work.
struct TelemetryOptions: ArgumentGroup {
    @Option(help: "How lines of the log are written.", environment: "DEBIAS_LOG_FORMAT")
    var logFormat = Log.Format.text

    @Option(help: "The least important lines that are logged.", environment: "DEBIAS_LOG_LEVEL")
    var logLevel = Log.Level.info

    @Option(
        help: "A collector of OpenTelemetry to which spans are sent by OTLP over HTTP, such as http://127.0.0.1:4318.",
        valueName: "url", environment: "OTEL_EXPORTER_OTLP_ENDPOINT")
    var traces: String?

    @Option(
        help: "Header fields for the collector: name=value, separated by commas; better in the environment.",
        valueName: "fields", environment: "OTEL_EXPORTER_OTLP_HEADERS", secret: true)
    var traceHeaders: String?

    @Option(
        help: "The share of new traces that are kept, 0 to 1; a caller's traces are kept as the caller says.",
        valueName: "share", environment: "OTEL_TRACES_SAMPLER_ARG")
    var traceShare = 1.0

    @Option(
        help:
            "The most new traces per second that are kept, so that a flood of events costs no more than some; 0 for no limit.",
        valueName: "traces", environment: "DEBIAS_TRACE_RATE")
    var traceRate = 100

    @Option(
        help: "The name of this program among all that a collector hears of.", valueName: "name",
        environment: "OTEL_SERVICE_NAME")
    var serviceName = "debias-events"

    mutating func validate() throws {
        guard 0...1 ~= traceShare else { throw ValidationError("--trace-share must be from 0 to 1") }
        guard traceRate >= 0 else { throw ValidationError("--trace-rate must be 0 or more") }
        if let traces, !traces.isEmpty {
            guard traces.hasPrefix("http://") || traces.hasPrefix("https://") else {
                throw ValidationError("--traces is a URL such as http://127.0.0.1:4318")
            }
        }
        _ = try headers
    }

    /// A log on standard error, since standard output is for a command's results.
    var log: Log {
        Log(minimum: logLevel, format: logFormat, now: { .now }, write: { Output.printError($0) })
    }

    /// Nil where spans go nowhere.
    var tracing: TracingConfiguration? {
        get throws {
            guard let traces, !traces.isEmpty else { return nil }
            return TracingConfiguration(
                endpoint: traces, headers: try headers, service: serviceName, share: traceShare,
                perSecond: traceRate == 0 ? nil : traceRate)
        }
    }

    /// As OpenTelemetry has them: values are percent-encoded.
    private var headers: HTTPHeaders {
        get throws {
            var headers: HTTPHeaders = [:]
            for field in (traceHeaders ?? "").split(separator: ",") {
                let parts = field.split(separator: "=", maxSplits: 1).map(\.trimmingWhiteSpace)
                guard parts.count == 2, !parts[0].isEmpty, let value = PercentEncoding.decode(parts[1]) else {
                    throw ValidationError("--trace-headers is name=value, separated by commas")
                }
                headers[parts[0]] = value
            }
            return headers
        }
    }
}

extension Log.Format: ArgumentValue {}

extension Log.Level: ArgumentValue {}
