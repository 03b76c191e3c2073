package import Arguments
package import HTTPAPI

extension AllowedOrigin: ArgumentValue {
    /// Reads an origin, or `*`.
    package init(argument: String) throws(ArgumentValueError) {
        do throws(Failure) {
            try self.init(argument)
        } catch {
            throw ArgumentValueError(
                expected: "an origin, which is scheme://host or scheme://host:port with nothing behind it, such as "
                    + "https://shop.example or http://localhost:3000; or * for every page")
        }
    }

    /// The origin as browsers send it.
    package var argumentText: String { description }
}
