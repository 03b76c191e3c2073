import BoltWire

/// A transaction, lent to a closure that commits by returning and takes everything back by throwing.
///
/// One task uses it at a time, within the closure. A value; safe to hand to any task.
public struct BoltTransaction: Sendable {
    let connection: BoltConnection
    let configuration: BoltConfiguration

    /// Runs a query and keeps all of its records.
    ///
    /// - Parameters:
    ///   - query: The query.
    ///   - count: How many records there may be.
    /// - Returns: The records.
    /// - Throws: ``BoltError``: what the server refuses, after which the transaction is over; `.tooManyRecords`; why the
    ///   connection has ended.
    @discardableResult
    public nonisolated(nonsending) func execute(_ query: BoltQuery, atMost count: Int = 100_000) async throws(BoltError)
        -> BoltRecords
    {
        try await connection.execute(query, nil, fetchSize: configuration.fetchSize, atMost: count)
    }

    /// Runs a query and lends its result to a closure that reads it. Several results may be read in turns.
    ///
    /// - Parameters:
    ///   - query: The query.
    ///   - body: Reads the result; what it leaves is given up.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws; ``BoltError`` as ``execute(_:atMost:)``.
    public nonisolated(nonsending) func withResult<Success: Sendable>(
        of query: BoltQuery, _ body: nonisolated(nonsending) (BoltResult) async throws(BoltError) -> Success
    ) async throws(BoltError) -> Success {
        let id = try await connection.start(query, nil, fetchSize: configuration.fetchSize)
        return try await connection.lend(id, to: body)
    }
}

extension BoltConnection {
    /// Lends a result to `body`, gives up what that leaves, and forgets the result.
    nonisolated(nonsending) func lend<Success: Sendable>(
        _ id: RequestID, to body: nonisolated(nonsending) (BoltResult) async throws(BoltError) -> Success
    ) async throws(BoltError) -> Success {
        let success: Success
        do throws(BoltError) {
            success = try await body(BoltResult(connection: self, query: id))
            _ = try await finish(id)
        } catch {
            await forget(id)
            throw error
        }
        await forget(id)
        return success
    }
}
