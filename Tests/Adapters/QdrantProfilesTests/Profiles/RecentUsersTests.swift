import Events
import Stores
import Testing

@testable import QdrantProfiles

@Suite("What is remembered of users") struct RecentUsersTests {
    private func interactions(_ count: Int) -> RecentUsers.Interactions {
        let newest = (0..<count).map { number in
            ProfileFormula.Interaction(
                type: .view, time: Timestamp(microseconds: Int64(-number)), id: EventID(high: 1, low: 1),
                features: ProductFeatures(productID: 1))
        }
        return RecentUsers.Interactions(newest: newest, counts: [.view: count])
    }

    private let order = ProfileOrder(epoch: 1, interactions: 2, digest: 3)

    private func known(_ users: [Int64], _ recent: RecentUsers) -> [Int64: Int] {
        let known = recent.beginInserting(users)
        recent.endInserting(known)
        return known.mapValues(\.total)
    }

    @Test("what was read of a user while a batch inserts is not kept: it may have a part of the batch")
    func readDuringInsertion() {
        let recent = RecentUsers()
        #expect(recent.beginInserting([1]).isEmpty)
        recent.keep(1, interactions(5), order)
        recent.keep(2, interactions(6), order)
        recent.endInserting([1: interactions(7)])
        #expect(known([1, 2], recent) == [1: 7, 2: 6])
        #expect(recent.orders(of: [1, 2]) == [2: order])
        recent.keep(1, interactions(8), order)
        #expect(known([1], recent) == [1: 8])
    }

    @Test("of whom nothing is known after an insertion, nothing is remembered, and who was written keeps the order")
    func outcome() {
        let recent = RecentUsers()
        recent.keep(1, interactions(5), order)
        recent.keep(2, interactions(5), order)
        _ = recent.beginInserting([1, 2])
        recent.endInserting([2: interactions(6)])
        #expect(known([1, 2], recent) == [2: 6])
        #expect(recent.orders(of: [1, 2]) == [2: order])
        let later = ProfileOrder(epoch: 1, interactions: 6, digest: 0)
        recent.wrote([1: later, 2: later])
        #expect(recent.orders(of: [1, 2]) == [2: later])
        recent.forget([2])
        #expect(known([1, 2], recent).isEmpty)
    }

    @Test("the bound holds, and who was met last is remembered longest")
    func bound() {
        let recent = RecentUsers(bound: 100)
        for user in 1...50 as ClosedRange<Int64> {
            recent.keep(user, interactions(10), order)
            #expect(known([user], recent) == [user: 10], "the last one is there")
        }
        let all = known(Array(1...50), recent)
        #expect(all.values.reduce(0, +) <= 220)
        #expect(all[50] == 10 && all[49] == 10 && all[1] == nil)
        recent.forgetAll()
        #expect(known(Array(1...50), recent).isEmpty)
    }

    @Test("further interactions take their places by time and id, and the oldest leave the window")
    func adding() {
        func interaction(_ time: Int64, _ id: UInt64) -> ProfileFormula.Interaction {
            ProfileFormula.Interaction(
                type: id.isMultiple(of: 2) ? .cart : .view, time: Timestamp(microseconds: time),
                id: EventID(high: 0, low: id), features: ProductFeatures(productID: 1))
        }
        let all = [interaction(3, 1), interaction(2, 4), interaction(2, 3), interaction(1, 9), interaction(0, 2)]
        for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3]] {
            for split in 0...5 {
                var result = RecentUsers.Interactions(newest: [], counts: [:])
                for part in [order[..<split], order[split...]] {
                    result = result.adding(part.map { all[$0] }, window: 4)
                }
                #expect(result.newest == Array(all.prefix(4)))
                #expect(result.counts == [.view: 3, .cart: 2])
            }
        }
    }
}
