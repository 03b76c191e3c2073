/// How old events were when a store had them, by the histogram that a server tells at `/metrics`.
package struct EventAges: Sendable, Hashable {
    /// How many events were not older than each bound; ascending, in seconds, infinity last.
    private let buckets: [(bound: Double, count: Int)]

    /// How many events.
    package var count: Int { buckets.last?.count ?? 0 }

    /// The least bound in seconds that so many of the events were not older than; infinite beyond the last bound, nil
    /// without events.
    ///
    /// - Parameter share: 0 to 1, such as 0.99.
    package func bound(_ share: Double) -> Double? {
        guard count > 0 else { return nil }
        let rank = max(1, Int((share * Double(count)).rounded(.up)))
        return buckets.first { $0.count >= rank }?.bound
    }

    /// The events between two looks.
    package func since(_ earlier: EventAges?) -> EventAges {
        let before = Dictionary(
            (earlier?.buckets ?? []).map { ($0.bound, $0.count) }, uniquingKeysWith: { first, _ in first })
        return EventAges(buckets: buckets.map { ($0.bound, max(0, $0.count - (before[$0.bound] ?? 0))) })
    }

    /// The ages by queue, as a page of metrics tells them; empty where it tells none.
    package static func read(_ page: String) -> [String: EventAges] {
        var found: [String: [(bound: Double, count: Int)]] = [:]
        for line in page.split(separator: "\n") where line.hasPrefix("\(metric){") {
            guard let queue = label("queue", in: line), let bound = label("le", in: line).flatMap({ bound($0) }),
                let count = line.split(separator: " ").last.flatMap({ Double($0) })
            else { continue }
            found[String(queue), default: []].append((bound, Int(count)))
        }
        return found.mapValues { buckets in EventAges(buckets: buckets.sorted { $0.bound < $1.bound }) }
    }

    private static let metric = "debias_event_age_seconds_bucket"

    private static func bound(_ text: Substring) -> Double? {
        text == "+Inf" ? .infinity : Double(text)
    }

    private static func label(_ name: String, in line: Substring) -> Substring? {
        guard let start = line.firstRange(of: "\(name)=\"")?.upperBound else { return nil }
        return line[start...].prefix { $0 != "\"" }
    }

    package static func == (left: EventAges, right: EventAges) -> Bool {
        left.buckets.elementsEqual(right.buckets) { $0 == $1 }
    }

    package func hash(into hasher: inout Hasher) {
        for bucket in buckets {
            hasher.combine(bucket.bound)
            hasher.combine(bucket.count)
        }
    }
}
