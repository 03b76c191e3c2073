/// What the adapter noticed by itself, for the log.
package enum QdrantNotice: Sendable, Hashable {
    /// A collection was not there, and is made for vectors of this size.
    case created(collection: String, size: Int)
    /// The shop's collection `products` cannot serve as the catalogue, for this reason: stand-ins take the places of its
    /// vectors.
    case catalogueUnused(reason: String)
}
