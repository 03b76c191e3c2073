import EventLoops
import Synchronization
import TestSupport

/// Stands between a driver and a server, and cuts connections at a place in what the client sends.
final class CuttingProxy: Sendable {
    /// When a connection is cut, at the first of the bytes that are looked for.
    enum Moment: String, Sendable, CaseIterable {
        /// The server does not get these bytes.
        case before
        /// The server gets them, and its answer is not passed on.
        case after
    }

    private let listener: LoopbackListener
    private let server: Int
    private let moment: Moment
    private let mark: [UInt8]
    /// How many connections are still to be cut.
    private let cuts: Mutex<Int>
    let port: UInt16

    /// COMMIT in a chunk of its own.
    static let commit: [UInt8] = [0, 2, 0xb0, 0x12, 0, 0]

    static func with(
        server: Int, _ moment: Moment, _ mark: [UInt8], cuts: Int = 1, _ body: (CuttingProxy) async throws -> Void
    ) async throws {
        let proxy = try CuttingProxy(server, moment, mark, cuts)
        let task = Task { await proxy.serve() }
        let result: Result<Void, any Error>
        do { result = .success(try await body(proxy)) } catch { result = .failure(error) }
        proxy.listener.close()
        task.cancel()
        try result.get()
    }

    private init(_ server: Int, _ moment: Moment, _ mark: [UInt8], _ cuts: Int) throws {
        listener = try LoopbackListener()
        port = listener.port
        self.server = server
        self.moment = moment
        self.mark = mark
        self.cuts = Mutex(cuts)
    }

    var cutsLeft: Int { cuts.withLock { $0 } }

    private func serve() async {
        await withDiscardingTaskGroup { group in
            while let client = try? await listener.accept() {
                guard let inner = try? LoopbackConnection.connect(to: server) else { continue }
                let isCutting = Latch<Void>()
                let isAnswered = Latch<Void>()
                group.addTask {
                    try? await self.forward(from: client, to: inner, isCutting, isAnswered)
                    client.close()
                    inner.close()
                }
                group.addTask {
                    while let bytes = try? await inner.read() {
                        if isCutting.value != nil { isAnswered.set(()) } else { try? await client.write(bytes) }
                    }
                    isAnswered.set(())
                    client.close()
                }
            }
            group.cancelAll()
        }
    }

    private func forward(
        from client: LoopbackConnection, to inner: LoopbackConnection, _ isCutting: Latch<Void>,
        _ isAnswered: Latch<Void>
    ) async throws {
        var kept: [UInt8] = []
        while let bytes = try await client.read() {
            kept += bytes
            guard let place = Self.place(of: mark, in: kept), takesCut() else {
                try await inner.write(bytes)
                // What may be the beginning of the mark.
                kept = Array(kept.suffix(mark.count - 1))
                continue
            }
            isCutting.set(())
            let before = kept.count - bytes.count
            if moment == .after {
                try await inner.write(bytes)
                await isAnswered.wait()
            } else if place > before {
                try await inner.write(Array(bytes[..<(place - before)]))
            }
            return
        }
    }

    private func takesCut() -> Bool {
        cuts.withLock { cuts in
            guard cuts > 0 else { return false }
            cuts -= 1
            return true
        }
    }

    private static func place(of mark: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= mark.count else { return nil }
        return (0...bytes.count - mark.count).first { bytes[$0..<$0 + mark.count].elementsEqual(mark) }
    }
}
