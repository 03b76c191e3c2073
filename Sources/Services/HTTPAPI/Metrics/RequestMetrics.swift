import HTTPMessages
import Metrics
import Synchronization

/// How requests were answered, by route and status. Counting takes no lock, and memory only when a route has a status for
/// the first time; safe to use from any thread.
final class RequestMetrics: Sendable {
    /// The answers of one route.
    final class Record: Sendable {
        /// The statuses that are told apart; others count together.
        private static let statuses = [
            200, 202, 204, 206, 304, 400, 401, 403, 404, 405, 408, 409, 413, 414, 415, 417, 422, 429, 431, 500, 503,
            505,
            507,
        ]

        /// The method and the pattern of the path; empty for requests that match no route.
        let method: String
        let route: String
        private let durations: [Slot]

        /// A place for the times of one status.
        private final class Slot: Sendable {
            private let histogram = AtomicLazyReference<Histogram>()

            var times: Histogram? { histogram.load() }
            func make() -> Histogram { histogram.load() ?? histogram.storeIfNil(Histogram(.durations)) }
        }

        init(method: String, route: String) {
            self.method = method
            self.route = route
            durations = (0...Self.statuses.count).map { _ in Slot() }
        }

        /// Counts an answer and the microseconds that its handler took.
        func count(_ status: HTTPStatus, _ time: Int) {
            let place = Self.statuses.firstIndex(of: status.code) ?? Self.statuses.count
            durations[place].make().add(time)
        }

        /// The statuses that there were, with their times.
        var all: [(status: String, times: Histogram.Snapshot)] {
            durations.indices.compactMap { place in
                durations[place].times.map { histogram in
                    (place < Self.statuses.count ? "\(Self.statuses[place])" : "_OTHER", histogram.snapshot)
                }
            }
        }
    }

    /// Requests that match no route, or are refused before one is looked for.
    let unmatched = Record(method: "_OTHER", route: "")
    /// By far the most frequent route.
    let singleEvent: Record
    private let records: [Route.Name: Record]

    init(_ table: RouteTable) {
        var records: [Route.Name: Record] = [:]
        for route in table.routes {
            records[route.name] = Record(method: route.method.rawValue, route: route.pattern.description)
        }
        self.records = records
        singleEvent = records[Route.Name(method: .post, pattern: "/events")] ?? unmatched
    }

    /// The record of a route.
    func record(of route: Route) -> Record { records[route.name] ?? unmatched }

    /// Adds all routes that had a request.
    func add(to text: inout MetricsText) {
        let records = [unmatched] + records.values.sorted { ($0.route, $0.method) < ($1.route, $1.method) }
        text.add(
            "http_server_request_duration_seconds",
            "Time from a request's last byte until its answer is ready; of streams, until the first byte.",
            records.flatMap { record in
                record.all.map { status, times in
                    (
                        [
                            ("http_request_method", record.method), ("http_route", record.route),
                            ("http_response_status_code", status),
                        ], times
                    )
                }
            })
    }
}
