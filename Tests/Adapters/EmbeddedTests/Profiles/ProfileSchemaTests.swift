import Events
import SQLite
import Stores
import TestSupport
import Testing

@testable import Embedded

@Suite("The schema of the profiles")
struct ProfileSchemaTests {
    @Test("takes in events of before the column that says what was filled in, and does not compare that")
    func migration() async throws {
        let directory = try TemporaryDirectory()
        let event = Event(
            id: EventID(high: 1, low: 2), userID: 1, productID: 2, type: .cart, session: "s",
            time: Timestamp(microseconds: 1_700_000_000_000_000), brand: "b")
        let before = try await StoreDatabase.open(
            "profiles.sqlite", in: directory.path, applicationID: ProfileSchema.applicationID,
            migrations: Array(ProfileSchema.migrations.prefix(1)), reserve: nil)
        try await before.write { connection in
            try connection.run(
                "INSERT INTO interactions VALUES (?, ?, ?, ?, ?, ?, NULL, ?)", event.userID, event.time.microseconds,
                event.id.highColumn, event.id.lowColumn, event.type.column, event.productID, event.brand)
            try connection.run("UPDATE settings SET interactions = 1")
        }
        await before.close()

        let profiles = try await EmbeddedProfileStore.open(directory: directory.path)
        #expect(try await profiles.rebuild(userID: 1) == 1)
        var again = event
        again.time.microseconds += 1
        #expect(
            try await profiles.apply(InteractionBatch([again])) == AppliedBatch(inserted: 0, alreadyPresent: 1))
        again.brand = "c"
        #expect(try await profiles.apply(InteractionBatch([again])).conflicts.map(\.event) == [again])
        #expect(try await profiles.profile(of: 1)?.interactions == 1)
        await profiles.close()
    }

    @Test("takes in the products of events of before, with what was said of them on their last day")
    func products() async throws {
        let directory = try TemporaryDirectory()
        let before = try await StoreDatabase.open(
            "profiles.sqlite", in: directory.path, applicationID: ProfileSchema.applicationID,
            migrations: Array(ProfileSchema.migrations.prefix(2)), reserve: nil)
        try await before.write { connection in
            let day: Int64 = 86_400_000_000
            for (product, time, low, brand) in [
                (2, -1, 1, "z"), (2, day, 3, "c"), (2, day + 1, 2, "d"), (2, 2 * day - 1, 5, nil), (2, day - 1, 6, "x"),
                (3, 1, 4, nil),
            ] {
                try connection.run(
                    "INSERT INTO interactions VALUES (?1, ?2, 1, ?3, 0, ?4, 'x.y', ?5, 0)", low, time, low, product,
                    brand)
            }
        }
        await before.close()

        let profiles = try await EmbeddedProfileStore.open(directory: directory.path)
        let newest = StandInVector.make(
            ProductFeatures(productID: 2, categoryCode: "x.y", brand: "d"), dimension: 64)
        let found = try await profiles.nearestProducts(to: newest, excluding: [], limit: 5)
        #expect(found.map(\.productID) == [2, 3])
        #expect(found.first?.vector == newest)
        await profiles.close()
    }
}
