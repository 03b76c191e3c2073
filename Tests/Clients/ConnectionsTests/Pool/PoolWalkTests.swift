import Connections
import EventLoops
import TestSupport
import Testing

/// Random events in a random order, against what a pool promises.
@Suite("A pool, whatever happens to it")
struct PoolWalkTests {
    @Test("keeps its bounds, answers every caller once and in order, and closes every member once", arguments: 1...60)
    func walk(seed: UInt64) {
        var walk = Walk(seed: seed)
        for _ in 0..<400 { walk.step() }
        walk.finish()
        #expect(walk.broken == [])
    }
}

/// An owner of a pool that does what the pool says, late and in any order.
private struct Walk {
    private enum Member: Hashable {
        case connecting, checking, leased, idle
    }

    private var generator: SeededGenerator
    private let configuration: PoolConfiguration
    private var pool: Pool<Int, PoolFailure>
    private var now = ContinuousClock.now

    /// What the pool is expected to know, by what it has said.
    private var members: [PoolMemberID: Member] = [:]
    private var values: [PoolMemberID: Int] = [:]
    private var open: Set<Int> = []
    private var made = 0
    private var waiting: [PoolWaiterID] = []
    private var deadlines: [PoolWaiterID: ContinuousClock.Instant] = [:]
    private var answered: Set<PoolWaiterID> = []
    private var hasEnded = false
    /// The promises that were broken. One list for the whole walk, since an expectation costs more than a step.
    private(set) var broken: [String] = []

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        configuration = PoolConfiguration(
            members: .random(in: 1...4, using: &generator), waiters: .random(in: 1...6, using: &generator),
            idleCheck: .seconds(3), lifetime: .seconds(40), backoff: .init(initial: .seconds(1), maximum: .seconds(4)))
        pool = Pool(configuration)
    }

    private mutating func promise(_ isKept: Bool, _ promise: String) {
        if !isKept { broken.append(promise) }
    }

    mutating func step() {
        now += .milliseconds(Int.random(in: 0...1_500, using: &generator))
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<30: acquire()
        case 30..<35: if let id = waiting.randomElement(using: &generator) { perform(pool.cancel(id)) }
        case 35..<55: finishConnect(fails: Int.random(in: 0..<3, using: &generator) == 0)
        case 55..<65: finishCheck(isAlive: Bool.random(using: &generator))
        case 65..<85: release(isReusable: Int.random(in: 0..<5, using: &generator) > 0)
        case 85..<90: lose()
        case 90..<99: passTime()
        default: if Int.random(in: 0..<8, using: &generator) == 0 { perform(pool.drain()) }
        }
        check()
    }

    /// Ends the pool and everything under way: nothing may be left.
    mutating func finish() {
        perform(Bool.random(using: &generator) ? pool.drain() : pool.close())
        acquire()
        perform(pool.close())
        check()
        while members.values.contains(.connecting) { finishConnect(fails: Bool.random(using: &generator)) }
        promise(hasEnded, "it ends")
        promise(waiting.isEmpty, "every caller is answered")
        promise(open.isEmpty, "every member is closed")
        promise(pool.memberCount == 0, "no member is left")
        promise(pool.nextDeadline == nil, "nothing is due at the end")
        promise(pool.timePassed(now: now + .seconds(1_000)).isEmpty, "nothing comes after the end")
    }

    private mutating func acquire() {
        let deadline = now + .seconds(Int.random(in: 0...6, using: &generator))
        let (id, actions) = pool.acquire(until: deadline, now: now)
        waiting.append(id)
        deadlines[id] = deadline
        perform(actions)
    }

    private mutating func any(_ wanted: Member) -> PoolMemberID? {
        let candidates = members.filter { $0.value == wanted }.keys
            .sorted { values[$0, default: 0] < values[$1, default: 0] }
        return candidates.randomElement(using: &generator)
    }

    private mutating func finishConnect(fails: Bool) {
        guard let id = any(.connecting) else { return }
        if fails {
            members[id] = nil
            perform(pool.connectFailed(id, PoolFailure("refused"), now: now, using: &generator))
        } else {
            made += 1
            open.insert(made)
            values[id] = made
            members[id] = .idle
            perform(pool.connected(id, made, now: now))
        }
    }

    private mutating func finishCheck(isAlive: Bool) {
        guard let id = any(.checking) else { return }
        members[id] = .idle
        perform(pool.checked(id, isAlive: isAlive, now: now))
    }

    private mutating func release(isReusable: Bool) {
        guard let id = any(.leased) else { return }
        members[id] = .idle
        perform(pool.release(id, isReusable: isReusable, now: now))
        // A second release changes nothing, unless the member is lent again already.
        if members[id] != .leased { perform(pool.release(id, isReusable: false, now: now)) }
    }

    private mutating func lose() {
        guard let id = any([.idle, .leased, .checking].randomElement(using: &generator) ?? .idle) else { return }
        members[id] = nil
        if let value = values[id] { open.remove(value) }
        perform(pool.lost(id, now: now))
    }

    private mutating func passTime() {
        if let deadline = pool.nextDeadline, Bool.random(using: &generator) { now = max(now, deadline) }
        perform(pool.timePassed(now: now))
        promise(waiting.allSatisfy { deadlines[$0].map { $0 > now } ?? false }, "nobody waits beyond the deadline")
        promise(pool.nextDeadline.map { $0 > now } ?? true, "what was due is done")
    }

    private mutating func perform(_ actions: [Pool<Int, PoolFailure>.Action]) {
        for action in actions {
            switch action {
            case .connect(let id):
                promise(members[id] == nil, "a new name for each member")
                members[id] = .connecting
            case .check(let id, let value):
                promise(
                    members[id] == .idle && values[id] == value && open.contains(value), "only idle members are used")
                members[id] = .checking
            case .lease(let waiter, let id, let value):
                promise(
                    members[id] == .idle && values[id] == value && open.contains(value), "only idle members are used")
                promise(waiting.first == waiter, "callers are served in order")
                members[id] = .leased
                answer(waiter)
            case .fail(let waiter, _):
                answer(waiter)
            case .close(let value):
                promise(open.remove(value) != nil, "a member is closed once")
                if let id = values.first(where: { $0.value == value })?.key { members[id] = nil }
            case .ended:
                promise(!hasEnded, "it ends once")
                hasEnded = true
            }
        }
    }

    private mutating func answer(_ waiter: PoolWaiterID) {
        promise(answered.insert(waiter).inserted, "a caller is answered once")
        promise(waiting.contains(waiter), "only those who wait are answered")
        waiting.removeAll { $0 == waiter }
        deadlines[waiter] = nil
    }

    private mutating func check() {
        promise(pool.memberCount <= configuration.members, "members are bounded")
        promise(pool.memberCount == members.count, "members are what the actions say")
        promise(pool.waiterCount == waiting.count, "callers are what the actions say")
        promise(pool.waiterCount <= configuration.waiters, "waiters are bounded")
        promise(open.count <= members.count, "no member is forgotten")
        promise(waiting.isEmpty || !members.isEmpty, "whoever waits, waits for a member")
        let states = Set(members.values)
        if !waiting.isEmpty, states.contains(.idle) {
            promise(
                states.contains(.checking) || states.contains(.connecting), "no member is idle while a caller waits")
        }
    }
}
