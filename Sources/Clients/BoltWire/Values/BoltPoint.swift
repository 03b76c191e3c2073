/// A place in two or three dimensions. A value; safe to use from any thread.
public struct BoltPoint: Sendable, Hashable {
    /// What the coordinates mean (spatial reference system): 7203 and 9157 are plain coordinates, 4326 and 4979 longitude
    /// and latitude in degrees (WGS 84), each in two and three dimensions.
    public var srid: Int
    /// The first coordinate, or the longitude.
    public var x: Double
    /// The second coordinate, or the latitude.
    public var y: Double
    /// The third coordinate, or the height; nil in two dimensions.
    public var z: Double?

    /// Makes a place.
    ///
    /// - Parameters:
    ///   - srid: What the coordinates mean.
    ///   - x: The first coordinate.
    ///   - y: The second coordinate.
    ///   - z: The third coordinate; nil in two dimensions.
    public init(srid: Int, x: Double, y: Double, z: Double? = nil) {
        self.srid = srid
        self.x = x
        self.y = y
        self.z = z
    }
}
