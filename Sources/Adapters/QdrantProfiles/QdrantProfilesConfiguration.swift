import QdrantClient
package import Stores

/// Where vectors and profiles are on a Qdrant server, and how large vectors are. Neither description nor dump shows the API
/// key.
package struct QdrantProfilesConfiguration: Sendable, CustomStringConvertible, CustomReflectable {
    var qdrant: QdrantConfiguration
    /// How profiles follow from interactions. The dimension counts where the shop has no collection `products`.
    package var formula: ProfileFormula

    /// Reads an address: `http://host:6333`, or `https://...`.
    ///
    /// - Parameters:
    ///   - url: The address.
    ///   - apiKey: The key that the server wants; nil for none.
    ///   - formula: How profiles follow from interactions; the same for every process.
    /// - Throws: `.unavailable` with the part of the address that cannot be read.
    package init(
        url: String, apiKey: String? = nil, formula: ProfileFormula = ProfileFormula()
    ) throws(StoreError) {
        do throws(QdrantError) {
            qdrant = try QdrantConfiguration(url: url, apiKey: apiKey)
        } catch {
            throw StoreError(.unavailable, error.message)
        }
        self.formula = formula
    }

    /// The address.
    package var description: String { qdrant.description }
    package var customMirror: Mirror { Mirror(self, children: ["address": description]) }
}
