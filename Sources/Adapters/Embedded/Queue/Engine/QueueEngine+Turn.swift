import Messaging
import Platform
import SQLite

extension QueueEngine {
    /// Does the work of one transaction, in this order: steps that bring messages back precede steps that deliver them.
    func run(_ turn: inout EngineTurn, _ transaction: QueueTransaction, isSessionDoubtful: Bool) throws {
        transaction.overfull = turn.state.overfull
        try renewSession(&turn.state, transaction, isDoubtful: isSessionDoubtful)
        try runCommands(&turn, transaction)
        try closeConsumers(&turn.state, transaction)
        if turn.isSurvey { try survey(&turn.state, transaction) }
        for (index, expiry) in turn.state.expiries where expiry < transaction.now {
            try transaction.expire(index)
        }
        let refusal = configuration.reserve?.refusal.map { MessagingError(.blocked, "the embedded queue: \($0)") }
        for request in turn.batch.publishes {
            if let refusal {
                turn.outcomes.append(request.publications.map { _ in .failed(refusal) })
                continue
            }
            var outcomes: [PublishOutcome] = []
            outcomes.reserveCapacity(request.publications.count)
            for publication in request.publications { outcomes.append(try transaction.publish(publication)) }
            turn.outcomes.append(outcomes)
        }
        // As in RabbitMQ, a message that goes to a consumer at once never counts towards the length of its queue.
        try serve(&turn, transaction)
        if !transaction.overfull.isEmpty {
            _ = try transaction.enforceLengths()
            try serve(&turn, transaction)
        }
        turn.state.overfull = transaction.overfull
        for (index, expiry) in try transaction.finish() { turn.state.expiries[index] = expiry }
        turn.state.catalog = transaction.catalog
    }

    private func runCommands(_ turn: inout EngineTurn, _ transaction: QueueTransaction) throws {
        for command in turn.batch.commands {
            switch command {
            case .wait(let wait): turn.state.waits.append(wait)
            case .settle(let request):
                try settle(request, &turn.state, transaction)
                turn.failures.append(nil)
            case .end(let request):
                turn.state.end(request.consumer, request.phase)
                turn.failures.append(nil)
            case .operation(let operation):
                do {
                    try operation.run(&turn.state, transaction)
                    turn.failures.append(nil)
                } catch let error as MessagingError {
                    turn.failures.append(error)
                }
            }
        }
    }

    private func settle(
        _ request: SettleRequest, _ state: inout State, _ transaction: QueueTransaction
    ) throws(SQLiteError) {
        guard let index = state.consumers[request.consumer]?.queue else { return }
        let epoch = state.epoch
        let numbers = request.tags.lazy.filter { $0.epoch == epoch }.map(\.number)
        let (messages, emptied) = state.consumers[request.consumer]?.holdings.remove(numbers) ?? ([], [])
        guard !messages.isEmpty else { return }
        for claim in emptied { try transaction.deleteClaim(claim, in: index) }
        switch request.settlement {
        case .acknowledge: try transaction.acknowledge(messages.map(\.position), in: index)
        case .reject: try transaction.reject(messages.map(\.position), in: index)
        case .requeue:
            // A message that is ready again must no longer be in a claim.
            for claim in Set(messages.map(\.claim)).subtracting(emptied) {
                try transaction.deleteClaim(claim, in: index)
                for part in state.consumers[request.consumer]?.holdings.split(claim) ?? [] {
                    guard let session = state.session else { continue }
                    try transaction.insertClaim(part.range, in: index, session: session, returns: part.returns)
                }
            }
            try transaction.requeue(messages, in: index)
        }
    }

    /// Gives ready messages to the waiting consumers.
    private func serve(_ turn: inout EngineTurn, _ transaction: QueueTransaction) throws {
        guard !turn.state.waits.isEmpty else { return }
        let now = ContinuousClock.now
        var waiting: [Wait] = []
        for var wait in turn.state.waits {
            if let answer = try serve(&wait, &turn.state, transaction, now) {
                turn.answers.append((wait, answer))
            } else {
                waiting.append(wait)
            }
        }
        turn.state.waits = waiting
    }

    /// - Returns: the wait's answer; nil while the wait goes on.
    private func serve(
        _ wait: inout Wait, _ state: inout State, _ transaction: QueueTransaction, _ now: ContinuousClock.Instant
    ) throws(SQLiteError) -> Wait.Answer? {
        if let ending = state.ending(of: wait) { return ending }
        guard let consumer = state.consumers[wait.consumer], let session = state.session else { return nil }
        let index = consumer.queue
        let wanted = min(wait.count, consumer.prefetch - consumer.holdings.count)
        try transaction.load(index)
        let ready = transaction[index].ready
        guard wanted > 0, ready > 0 else {
            wait.deadline = nil
            return nil
        }
        let enough = min(Int64(wanted), transaction.definition(index).maxLength ?? .max)
        if wait.linger > .zero, ready < enough {
            let deadline = wait.deadline ?? now + wait.linger
            wait.deadline = deadline
            if now < deadline { return nil }
        }
        let claimed = try transaction.claim(in: index, upTo: wanted, session: session)
        guard !claimed.isEmpty else { return nil }
        return .success(
            claimed.map { message in
                // The consumer exists: it was looked up above.
                let number = state.consumers[wait.consumer]?.holdings.add(message.held) ?? 0
                return RawDelivery(
                    tag: DeliveryTag(epoch: state.epoch, number: number), envelope: message.envelope,
                    body: message.body, isRedelivered: message.held.returns > 0)
            })
    }
}
