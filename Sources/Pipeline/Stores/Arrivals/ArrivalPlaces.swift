/// The ways by which an event comes to the stores.
package enum EventPath: String, Sendable, Hashable, CaseIterable {
    /// The API writes it itself.
    case direct
    /// A worker takes it from its queue.
    case queue

    /// The places where an event that came this way arrives: both stores.
    package var places: ArrivalPlaces {
        switch self {
        case .direct: [.directGraph, .directVectors]
        case .queue: [.queueGraph, .queueVectors]
        }
    }
}

/// The ends of the paths: each path ends in each of both stores.
package struct ArrivalPlaces: OptionSet, Sendable, Hashable {
    /// One bit for each place. Never changes: files hold it.
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Written into the graph by the API.
    package static let directGraph = ArrivalPlaces(rawValue: 1)
    /// Written into the vectors by the API.
    package static let directVectors = ArrivalPlaces(rawValue: 2)
    /// Written into the graph by a worker.
    package static let queueGraph = ArrivalPlaces(rawValue: 4)
    /// Written into the vectors by a worker.
    package static let queueVectors = ArrivalPlaces(rawValue: 8)
    /// Every place: of an event that goes both ways.
    package static let all: ArrivalPlaces = [.directGraph, .directVectors, .queueGraph, .queueVectors]

    /// Each of these places alone.
    package var each: [ArrivalPlaces] {
        [.directGraph, .directVectors, .queueGraph, .queueVectors].filter { isSuperset(of: $0) }
    }

    /// The names of these places: `direct:graph`, `direct:vectors`, `queue:graph`, `queue:vectors`.
    package var names: [String] {
        let names: [(ArrivalPlaces, String)] = [
            (.directGraph, "direct:graph"), (.directVectors, "direct:vectors"), (.queueGraph, "queue:graph"),
            (.queueVectors, "queue:vectors"),
        ]
        return names.filter { isSuperset(of: $0.0) }.map(\.1)
    }
}
