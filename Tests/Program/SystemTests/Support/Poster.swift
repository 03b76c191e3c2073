import Foundation
import Synchronization

/// Posts events from a few threads until it is stopped, through every death of the server, and counts the answers.
///
/// An event without an answer is sent again as it was some of the times, as careful clients do, and given up the
/// other times, as careless ones do.
final class Poster: Sendable {
    struct Account {
        /// Every id that was sent.
        var sent: Set<String> = []
        /// The ids that were answered with 200.
        var accepted: Set<String> = []
        /// Answers other than 200, by status.
        var refused: [Int: Int] = [:]
        /// Requests without an answer, because the server died or took longer than ten seconds.
        var unanswered = 0
    }

    private let account = Mutex(Account())
    private let port = Mutex<UInt16?>(nil)
    private let isStopped = Atomic(false)
    private let running = DispatchGroup()
    private let users: Int
    private let pause: TimeInterval

    /// - Parameter pause: The seconds for which each thread rests after an answer.
    init(threads: Int, users: Int = 40, pause: TimeInterval = 0) {
        self.pause = pause
        self.users = users
        for number in 0..<threads {
            running.enter()
            Thread { [self] in
                post(seed: UInt64(number))
                running.leave()
            }.start()
        }
    }

    /// The URL to post to from now on; nil while there is no server.
    func use(port newPort: UInt16?) { port.withLock { $0 = newPort } }

    var accepted: Int { account.withLock { $0.accepted.count } }

    /// The counts as they are now.
    func snapshot() -> Account { account.withLock { $0 } }

    /// Ends posting and returns the counts.
    func stop() -> Account {
        isStopped.store(true, ordering: .releasing)
        running.wait()
        return account.withLock { $0 }
    }

    private func post(seed: UInt64) {
        var client: RawClient?
        var clientPort: UInt16 = 0
        var count = 0
        var pending: (id: String, body: String)?
        while !isStopped.load(ordering: .acquiring) {
            guard let target = port.withLock({ $0 }) else {
                Thread.sleep(forTimeInterval: 0.001)
                continue
            }
            if client == nil || clientPort != target {
                client = try? RawClient(port: target)
                clientPort = target
            }
            guard let client = client else { continue }
            count += 1
            let (id, body) = pending ?? event(count, seed: seed)
            account.withLock { _ = $0.sent.insert(id) }
            guard let answer = client.request("POST", "/events", body) else {
                account.withLock { $0.unanswered += 1 }
                pending = count.isMultiple(of: 2) ? (id, body) : nil
                clientPort = 0
                continue
            }
            pending = nil
            if pause > 0 { Thread.sleep(forTimeInterval: pause) }
            account.withLock { account in
                if answer.status == 200 {
                    account.accepted.insert(id)
                } else {
                    account.refused[answer.status, default: 0] += 1
                }
            }
        }
    }

    private func event(_ count: Int, seed: UInt64) -> (id: String, body: String) {
        let id = UUID().uuidString.lowercased()
        let body = """
            {"user_id":\(count % users + 1),"product_id":\(Int(seed) * 1000 + count % 97 + 1),"event_type":"view",\
            "user_session":"s\(seed)","event_id":"\(id)"}
            """
        return (id, body)
    }
}
