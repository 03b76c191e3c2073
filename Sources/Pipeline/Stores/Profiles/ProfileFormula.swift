package import Events

/// Computes a profile from interactions: a pure function, the same for every store and on every machine.
package struct ProfileFormula: Sendable, Hashable {
    /// How many of the newest interactions count; 1 or more.
    package var window: Int
    /// After this time an interaction counts half; in seconds, more than 0.
    package var halfLife: Double
    /// How many recent products a profile lists.
    package var recentProducts: Int
    /// The number of components of product vectors and profiles; 1 or more.
    package var dimension: Int

    /// The newest 100 interactions, half-life a week, 20 recent products, 64 components.
    package init(window: Int = 100, halfLife: Double = 7 * 86_400, recentProducts: Int = 20, dimension: Int = 64) {
        self.window = window
        self.halfLife = halfLife
        self.recentProducts = recentProducts
        self.dimension = dimension
    }

    /// How much an action says about taste; removing a product from the cart counts against it.
    package static func weight(of type: EventType) -> Float {
        switch type {
        case .view: 1
        case .cart: 3
        case .purchase: 5
        case .removeFromCart: -1
        }
    }

    /// The parts of an interaction that the formula reads.
    package struct Interaction: Sendable, Hashable {
        package var type: EventType
        package var time: Timestamp
        package var id: EventID
        package var features: ProductFeatures

        package init(type: EventType, time: Timestamp, id: EventID, features: ProductFeatures) {
            self.type = type
            self.time = time
            self.id = id
            self.features = features
        }

        package init(of event: Event) {
            self.init(type: event.type, time: event.time, id: event.id, features: ProductFeatures(of: event))
        }
    }

    /// The profile of a user.
    ///
    /// - Parameters:
    ///   - newest: at least the newest `window` interactions of the user, or all if there are fewer; not empty; in
    ///     any order.
    ///   - counts: all interactions of the user by type.
    ///   - vector: the vector of a product, of `dimension` components.
    package func profile(
        of userID: Int64, newest: [Interaction], counts: [EventType: Int], vector: (ProductFeatures) -> [Float]
    ) -> Profile {
        var sum = ProfileSum(self)
        for interaction in newest.sorted(by: { ($0.time, $0.id) > ($1.time, $1.id) }).prefix(window) {
            sum.add(
                interaction.type, at: interaction.time, productID: interaction.features.productID,
                vector: vector(interaction.features))
        }
        return sum.profile(of: userID, counts: counts)
    }
}
