import App
import Arguments

/// The location of the broker, as an argument of `--broker`.
struct BrokerAddress: ArgumentValue, Hashable {
    static let embedded = BrokerAddress(location: .embedded)

    let location: Location

    private init(location: Location) {
        self.location = location
    }

    init(argument: String) throws(ArgumentValueError) {
        do throws(LocationError) {
            // A line feed at its end comes with an address that was read from a file.
            location = try Location(argument.trimmingWhiteSpace, of: .broker)
        } catch {
            throw ArgumentValueError(expected: "embedded, or an address such as amqp://user:password@host (\(error))")
        }
    }

    /// The location without a password.
    var argumentText: String { location.description }
}
