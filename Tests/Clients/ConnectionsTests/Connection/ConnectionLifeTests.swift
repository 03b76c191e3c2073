import Connections
import Testing

@Suite("The life of a connection")
struct ConnectionLifeTests {
    private typealias Life = ConnectionLife<String>

    private enum Event: CaseIterable {
        case opened, drain, end
    }

    private static let start = ContinuousClock.now

    private static func time(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    private static let states: [Life.State] = [
        .opening(deadline: time(5)), .open, .draining("first", deadline: time(3)), .ended("first"),
    ]

    /// A life in that state.
    private static func life(in state: Life.State) -> Life {
        var life = Life(openingUntil: time(5))
        switch state {
        case .opening: break
        case .open: life.opened()
        case .draining(let reason, let deadline): life.drain(reason, until: deadline)
        case .ended(let reason): _ = life.end(reason)
        }
        return life
    }

    @Test(
        "changes as its table of transitions says, and in no other way",
        arguments: [
            (0, [.open, .draining("second", deadline: time(2)), .ended("second")]),
            (1, [.open, .draining("second", deadline: time(2)), .ended("second")]),
            (2, [.draining("first", deadline: time(3)), .draining("first", deadline: time(2)), .ended("first")]),
            (3, [.ended("first"), .ended("first"), .ended("first")]),
        ] as [(Int, [Life.State])])
    private func transitions(from index: Int, to expected: [Life.State]) {
        let state = Self.states[index]
        for (event, after) in zip(Event.allCases, expected) {
            var life = Self.life(in: state)
            switch event {
            case .opened:
                let isOpening = life.isOpening
                #expect(life.opened() == isOpening)
            case .drain: life.drain("second", until: Self.time(2))
            case .end:
                let wasEnded = life.isEnded
                let reason = life.reason ?? "second"
                #expect(life.end("second") == (wasEnded ? nil : reason))
            }
            #expect(life.state == after, "\(event) in \(state)")
        }
    }

    @Test("keeps the earlier deadline when it drains twice")
    func earlierDeadline() {
        var life = Self.life(in: .draining("first", deadline: Self.time(3)))
        life.drain("second", until: Self.time(4))
        #expect(life.state == .draining("first", deadline: Self.time(3)))
    }

    @Test("says what may still be done", arguments: 0..<4)
    func questions(index: Int) {
        let life = Self.life(in: Self.states[index])
        #expect(life.isOpening == (index == 0))
        #expect(life.isOpen == (index == 1))
        #expect(life.isEnded == (index == 3))
        #expect(life.reason == (index < 2 ? nil : "first"))
        #expect(life.endReason == (index < 3 ? nil : "first"))
    }

    @Test(
        "is overdue at the deadline of its handshake or of its draining",
        arguments: [(0, 5, .opening), (1, nil, nil), (2, 3, .draining("first")), (3, nil, nil)]
            as [(Int, Int?, Life.Overdue?)])
    private func deadlines(index: Int, seconds: Int?, overdue: Life.Overdue?) {
        let life = Self.life(in: Self.states[index])
        for second in 0...10 {
            let isOver = seconds.map { second >= $0 } ?? false
            #expect(life.overdue(at: Self.time(second)) == (isOver ? overdue : nil))
        }
    }
}
