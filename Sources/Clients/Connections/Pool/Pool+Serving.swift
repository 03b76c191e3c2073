/// Who gets what, after each event.
extension Pool {
    /// A member has come free; it goes to a caller, to the idle ones, or away.
    @inlinable
    mutating func free(_ id: PoolMemberID, _ member: Member, isGood: Bool, _ now: Duration) -> [Action] {
        guard let slot = slots[id], isGood, case .open = state, !isOld(slot, now) else {
            slots[id] = nil
            return [.close(member)] + serve(now)
        }
        slots[id]?.phase = .idle(member, since: now)
        idle.append(id)
        return serve(now)
    }

    /// Gives members to those who wait, and has as many more checked or connected as are needed and allowed.
    @inlinable
    mutating func serve(_ now: Duration) -> [Action] {
        guard case .open = state else { return endIfEmpty() }
        var actions: [Action] = []
        while !waiters.isEmpty, let id = idle.last {
            guard let slot = slots[id], case .idle(let member, let since) = slot.phase, !isOld(slot, now) else {
                idle.removeLast()
                if case .idle(let member, _)? = slots.removeValue(forKey: id)?.phase { actions.append(.close(member)) }
                continue
            }
            if isToCheck(since, now) {
                // Those that were used before this one are idle for longer still. Each caller has one member coming.
                guard coming < waiters.count else { break }
                slots[id]?.phase = .checking(member)
                coming += 1
                actions.append(.check(id, member))
            } else {
                slots[id]?.phase = .leased(member)
                actions.append(.lease(waiters.removeFirst().id, id, member))
            }
            idle.removeLast()
        }
        if isRetryAllowed(now) {
            while coming < waiters.count, slots.count < configuration.members {
                actions.append(.connect(newMember(now)))
            }
        } else if slots.isEmpty, let lastFailure {
            actions += waiters.map { .fail($0.id, .connectFailed(lastFailure)) }
            waiters = []
        }
        return actions
    }

    @inlinable
    func isOld(_ slot: Slot, _ now: Duration) -> Bool {
        configuration.lifetime.map { now - slot.birth >= $0 } ?? false
    }

    @inlinable
    func isToCheck(_ since: Duration, _ now: Duration) -> Bool {
        // What has just been used, checked or connected is not idle: with a bound of zero it would never be lent.
        configuration.idleCheck.map { now > since && now - since >= $0 } ?? false
    }

    @inlinable
    func isRetryAllowed(_ now: Duration) -> Bool { retry.map { now >= $0 } ?? true }

    @inlinable
    mutating func endIfEmpty() -> [Action] {
        guard case .draining = state, slots.isEmpty else { return [] }
        state = .ended
        return [.ended]
    }
}
