import EventLoops
import Testing

@Suite("Turns", .timeLimit(.minutes(5)))
struct TurnsTests {
    private actor Entries {
        var inside = 0
        var most = 0
        var order: [Int] = []

        func enter(_ number: Int) {
            inside += 1
            most = max(most, inside)
            order.append(number)
        }

        func leave() { inside -= 1 }
    }

    @Test("one task at a time has its turn")
    func oneAtATime() async {
        let (turns, entries) = (Turns(), Entries())
        await withTaskGroup { group in
            for number in 0..<50 {
                group.addTask {
                    await turns.withTurn {
                        await entries.enter(number)
                        await Task.yield()
                        await entries.leave()
                    }
                }
            }
        }
        #expect(await entries.most == 1)
        #expect(await entries.order.sorted() == Array(0..<50))
    }

    @Test("turns come in the order in which they were asked for")
    func order() async {
        let (turns, entries) = (Turns(), Entries())
        var tasks: [Task<Void, Never>] = []
        await turns.withTurn {
            for number in 0..<5 {
                tasks.append(Task { await turns.withTurn { await entries.enter(number) } })
                while await turns.waitingCount <= number { await Task.yield() }
            }
        }
        for task in tasks { await task.value }
        #expect(await entries.order == Array(0..<5))
    }

    @Test("what throws ends its turn, too")
    func failure() async {
        let turns = Turns()
        await #expect(throws: CancellationError.self) {
            try await turns.withTurn { throw CancellationError() }
        }
        #expect(await turns.withTurn { 7 } == 7)
    }
}
