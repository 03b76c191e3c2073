import Connections
import EventLoops
import Testing

@Suite("A pool")
struct PoolTests {
    typealias TestPool = Pool<Int, PoolFailure>

    private static let start = ContinuousClock.now

    private func time(_ seconds: Int) -> ContinuousClock.Instant { Self.start + .seconds(seconds) }

    private var generator = SystemRandomNumberGenerator()

    private func pool(members: Int = 2, waiters: Int = 2) -> TestPool {
        TestPool(
            PoolConfiguration(
                members: members, waiters: waiters, idleCheck: .seconds(10), lifetime: .seconds(100),
                backoff: .init(initial: .seconds(4), maximum: .seconds(8))))
    }

    /// The member that the first action asks to be connected.
    private func connect(_ actions: [TestPool.Action]) throws -> PoolMemberID {
        guard case .connect(let id)? = actions.first else { throw PoolFailure("a connect: \(actions)") }
        return id
    }

    /// A pool with one member, number 7, that was leased and has come back at second 1.
    private func poolWithIdleMember() throws -> (TestPool, PoolMemberID) {
        var pool = pool()
        let id = try connect(pool.acquire(until: time(9), now: time(0)).actions)
        _ = pool.connected(id, 7, now: time(0))
        #expect(pool.release(id, isReusable: true, now: time(1)).isEmpty)
        return (pool, id)
    }

    @Test("connects for a caller, and lends the same member to the next one")
    func reuses() throws {
        var pool = pool()
        let first = pool.acquire(until: time(9), now: time(0))
        let id = try connect(first.actions)
        #expect(pool.connected(id, 7, now: time(1)) == [.lease(first.waiter, id, 7)])
        #expect(pool.release(id, isReusable: true, now: time(2)).isEmpty)
        let second = pool.acquire(until: time(9), now: time(3))
        #expect(second.actions == [.lease(second.waiter, id, 7)])
    }

    @Test("has no more members than it may; callers wait in order for those that come free")
    func bounded() throws {
        var pool = pool(members: 1)
        let first = pool.acquire(until: time(9), now: time(0))
        let id = try connect(first.actions)
        _ = pool.connected(id, 7, now: time(0))
        let second = pool.acquire(until: time(9), now: time(0))
        let third = pool.acquire(until: time(9), now: time(0))
        #expect(second.actions.isEmpty && third.actions.isEmpty)
        let fourth = pool.acquire(until: time(9), now: time(0))
        #expect(fourth.actions == [.fail(fourth.waiter, .tooManyWaiters(2))])
        #expect(pool.release(id, isReusable: true, now: time(1)) == [.lease(second.waiter, id, 7)])
        #expect(pool.release(id, isReusable: true, now: time(1)) == [.lease(third.waiter, id, 7)])
    }

    @Test("gives a member that comes free to the first caller, also while another is being connected for it")
    func overtaking() throws {
        var (pool, id) = try poolWithIdleMember()
        _ = pool.acquire(until: time(9), now: time(2))
        let second = pool.acquire(until: time(9), now: time(2))
        let other = try connect(second.actions)
        #expect(pool.release(id, isReusable: true, now: time(3)) == [.lease(second.waiter, id, 7)])
        #expect(pool.connected(other, 8, now: time(3)).isEmpty)
        #expect(pool.memberCount == 2)
    }

    @Test("closes a member whose state is not known, and connects another for those who wait")
    func notReusable() throws {
        var pool = pool(members: 1)
        let id = try connect(pool.acquire(until: time(9), now: time(0)).actions)
        _ = pool.connected(id, 7, now: time(0))
        _ = pool.acquire(until: time(9), now: time(0))
        let actions = pool.release(id, isReusable: false, now: time(1))
        #expect(actions.first == .close(7))
        #expect(try connect(Array(actions.dropFirst())) != id)
        #expect(pool.release(id, isReusable: true, now: time(1)).isEmpty, "it is not known any more")
    }

    @Test("checks a member that was idle for long before it lends it", arguments: [true, false])
    func checks(isAlive: Bool) throws {
        var (pool, id) = try poolWithIdleMember()
        let caller = pool.acquire(until: time(20), now: time(11))
        #expect(caller.actions == [.check(id, 7)])
        let actions = pool.checked(id, isAlive: isAlive, now: time(12))
        if isAlive {
            #expect(actions == [.lease(caller.waiter, id, 7)])
        } else {
            #expect(actions.first == .close(7))
            let other = try connect(Array(actions.dropFirst()))
            #expect(pool.connected(other, 8, now: time(13)) == [.lease(caller.waiter, other, 8)])
        }
    }

    @Test("that checks each member that has been idle at all lends what was connected, checked or given back just now")
    func checksAlways() throws {
        var pool = TestPool(PoolConfiguration(members: 1, idleCheck: .zero))
        let first = pool.acquire(until: time(9), now: time(0))
        let id = try connect(first.actions)
        #expect(pool.connected(id, 7, now: time(1)) == [.lease(first.waiter, id, 7)])
        let second = pool.acquire(until: time(9), now: time(1))
        #expect(pool.release(id, isReusable: true, now: time(2)) == [.lease(second.waiter, id, 7)])
        _ = pool.release(id, isReusable: true, now: time(3))
        let third = pool.acquire(until: time(9), now: time(4))
        #expect(third.actions == [.check(id, 7)])
        #expect(pool.checked(id, isAlive: true, now: time(5)) == [.lease(third.waiter, id, 7)])
    }

    @Test("closes members that are too old: idle ones in time, lent ones when they come back")
    func lifetime() throws {
        var (pool, id) = try poolWithIdleMember()
        #expect(pool.nextDeadline == time(100))
        #expect(pool.timePassed(now: time(99)).isEmpty)
        #expect(pool.timePassed(now: time(100)) == [.close(7)])
        #expect(pool.memberCount == 0)
        (pool, id) = try poolWithIdleMember()
        _ = pool.acquire(until: time(9), now: time(2))
        #expect(pool.release(id, isReusable: true, now: time(100)) == [.close(7)])
    }

    @Test("ends a wait at its deadline, and a late connect serves the next caller")
    func deadline() throws {
        var pool = pool()
        let first = pool.acquire(until: time(5), now: time(0))
        let id = try connect(first.actions)
        #expect(pool.nextDeadline == time(5))
        #expect(pool.timePassed(now: time(4)).isEmpty)
        #expect(pool.timePassed(now: time(5)) == [.fail(first.waiter, .timedOut(nil))])
        #expect(pool.connected(id, 7, now: time(6)).isEmpty)
        let second = pool.acquire(until: time(9), now: time(7))
        #expect(second.actions == [.lease(second.waiter, id, 7)])
        let late = pool.acquire(until: time(7), now: time(7))
        #expect(late.actions == [.fail(late.waiter, .timedOut(nil))])
    }

    @Test("tells those who wait when it has no member and cannot connect, and everyone until the backoff has passed")
    mutating func failedConnect() throws {
        var pool = pool()
        let first = pool.acquire(until: time(9), now: time(0))
        let second = pool.acquire(until: time(9), now: time(0))
        let failure = PoolFailure("refused")
        let ids = [try connect(first.actions), try connect(second.actions)]
        #expect(pool.connectFailed(ids[0], failure, now: time(1), using: &generator).isEmpty, "another is coming")
        #expect(
            pool.connectFailed(ids[1], failure, now: time(1), using: &generator) == [
                .fail(first.waiter, .connectFailed(failure)), .fail(second.waiter, .connectFailed(failure)),
            ])
        let hasty = pool.acquire(until: time(9), now: time(2))
        #expect(hasty.actions == [.fail(hasty.waiter, .connectFailed(failure))])
        // The second failure in a row: at most 8 s.
        let patient = pool.acquire(until: time(20), now: time(9))
        let id = try connect(patient.actions)
        #expect(pool.connected(id, 7, now: time(9)) == [.lease(patient.waiter, id, 7)])
    }

    @Test("keeps callers waiting for members that are lent when it cannot connect more, and tries again in time")
    mutating func failedSecondConnect() throws {
        var (pool, id) = try poolWithIdleMember()
        _ = pool.acquire(until: time(90), now: time(2))
        let second = pool.acquire(until: time(90), now: time(2))
        let failure = PoolFailure("refused")
        let failed = try connect(second.actions)
        #expect(pool.connectFailed(failed, failure, now: time(3), using: &generator).isEmpty)
        let retry = try #require(pool.nextDeadline)
        #expect(retry >= time(5) && retry <= time(7))
        let third = try connect(pool.timePassed(now: retry))
        #expect(pool.connectFailed(third, failure, now: retry, using: &generator).isEmpty)
        #expect(pool.timePassed(now: time(90)).last != nil)
        #expect(pool.release(id, isReusable: true, now: time(91)).isEmpty, "nobody waits any more")
    }

    @Test("answers a caller who gives up, once")
    func cancellation() throws {
        var pool = pool()
        let first = pool.acquire(until: time(9), now: time(0))
        let id = try connect(first.actions)
        #expect(pool.cancel(first.waiter) == [.fail(first.waiter, .cancelled)])
        #expect(pool.cancel(first.waiter).isEmpty)
        #expect(pool.connected(id, 7, now: time(1)).isEmpty)
        let second = pool.acquire(until: time(9), now: time(1))
        #expect(second.actions == [.lease(second.waiter, id, 7)])
        #expect(pool.cancel(second.waiter).isEmpty, "it has its answer")
    }

    @Test("forgets a member that is lost, whatever it was doing")
    func lost() throws {
        var (pool, id) = try poolWithIdleMember()
        #expect(pool.lost(id, now: time(2)).isEmpty)
        #expect(pool.memberCount == 0)
        (pool, id) = try poolWithIdleMember()
        let caller = pool.acquire(until: time(20), now: time(11))
        #expect(caller.actions == [.check(id, 7)])
        let other = try connect(pool.lost(id, now: time(12)))
        #expect(pool.checked(id, isAlive: true, now: time(12)).isEmpty)
        #expect(pool.connected(other, 8, now: time(12)) == [.lease(caller.waiter, other, 8)])
        #expect(pool.lost(other, now: time(13)).isEmpty)
        #expect(pool.release(other, isReusable: true, now: time(13)).isEmpty)
        #expect(pool.memberCount == 0)
    }

    @Test("drains: refuses callers, closes idle members now and others when they come free, and says when it has ended")
    func drains() throws {
        var (pool, idle) = try poolWithIdleMember()
        let first = pool.acquire(until: time(9), now: time(2))
        #expect(first.actions == [.lease(first.waiter, idle, 7)])
        let second = pool.acquire(until: time(9), now: time(2))
        let connecting = try connect(second.actions)
        #expect(pool.drain() == [.fail(second.waiter, .closed)])
        #expect(pool.drain().isEmpty)
        let refused = pool.acquire(until: time(9), now: time(3))
        #expect(refused.actions == [.fail(refused.waiter, .closed)])
        #expect(pool.connected(connecting, 8, now: time(3)) == [.close(8)])
        #expect(pool.release(idle, isReusable: true, now: time(4)) == [.close(7), .ended])
        #expect(pool.connected(connecting, 9, now: time(4)) == [.close(9)], "nobody asked for it")
    }

    @Test("closes: what is lent at once, and what is being connected when it is")
    func closes() throws {
        var (pool, idle) = try poolWithIdleMember()
        _ = pool.acquire(until: time(9), now: time(2))
        let connecting = try connect(pool.acquire(until: time(9), now: time(2)).actions)
        _ = pool.drain()
        #expect(pool.close() == [.close(7)])
        #expect(pool.release(idle, isReusable: true, now: time(3)).isEmpty)
        #expect(pool.connected(connecting, 8, now: time(3)) == [.close(8), .ended])
        var empty = self.pool()
        #expect(empty.close() == [.ended])
        #expect(empty.close().isEmpty)
    }
}

/// Why a connect of a test has failed.
struct PoolFailure: Error, Hashable {
    let text: String

    init(_ text: String) {
        self.text = text
    }
}
