/// Which vectors products have: changes whenever any of them may have changed.
struct CatalogueState: Sendable, Hashable {
    /// The version of the formula by which this program computes profiles. To be raised with every change of it.
    static let formulaVersion: Int64 = 1

    var layout: QdrantLayout
    /// How often `putCatalogue` has been called.
    var catalogueEpoch: Int64 = 0

    /// What counts first in the order of profiles. Below 2^53, as the server compares numbers as Double.
    var epoch: Int64 { Self.formulaVersion << 40 + min(catalogueEpoch, 1 << 40 - 1) }

    /// Whether a profile of that epoch was made by the same formula and a later catalogue.
    func isBehind(_ other: Int64) -> Bool { epoch < other && other >> 40 == Self.formulaVersion }
}
