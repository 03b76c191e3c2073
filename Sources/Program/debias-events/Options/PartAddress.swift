import App
import Arguments

/// A part of the pipeline whose location is an argument.
protocol LocatedPart: Sendable {
    static var part: Location.Part { get }
    /// An address of a server, for the error about one that cannot be read.
    static var example: String { get }
}

/// The part of `--broker`.
enum BrokerPart: LocatedPart {
    static let part = Location.Part.broker
    static let example = "amqp://user:password@host"
}

/// The part of `--graph`.
enum GraphPart: LocatedPart {
    static let part = Location.Part.graph
    static let example = "bolt://host or neo4j+s://host"
}

/// The part of `--vectors`.
enum VectorsPart: LocatedPart {
    static let part = Location.Part.vectors
    static let example = "http://host:6333"
}

/// The location of a part, as an argument.
struct PartAddress<Part: LocatedPart>: ArgumentValue, Hashable {
    static var embedded: PartAddress { PartAddress(location: .embedded) }

    let location: Location

    private init(location: Location) {
        self.location = location
    }

    init(argument: String) throws(ArgumentValueError) {
        do throws(LocationError) {
            // A line feed at its end comes with an address that was read from a file.
            location = try Location(argument.trimmingWhiteSpace, of: Part.part)
        } catch {
            throw ArgumentValueError(expected: "embedded, or an address such as \(Part.example) (\(error))")
        }
    }

    /// The text has no password.
    static var hidesSecrets: Bool { true }

    /// The location without a password.
    var argumentText: String { location.description }
}
