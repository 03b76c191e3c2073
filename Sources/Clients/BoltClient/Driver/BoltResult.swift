public import BoltWire

/// A result that is read while the server sends it: pages of ``BoltConfiguration/fetchSize`` records, of which the next one
/// is asked for when half of the last one is read. What is not read stays on the server.
///
/// One task reads, within the closure that lent the result; what it leaves is given up at the end of the closure.
public struct BoltResult: AsyncSequence, Sendable {
    /// A record.
    public typealias Element = BoltRecord
    /// Why the server ended the result, or the connection did.
    public typealias Failure = BoltError

    let connection: BoltConnection
    let query: RequestID

    /// Reads record by record.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let result: BoltResult
        private var page: [[BoltValue]].Iterator = [].makeIterator()
        private var fields: BoltFields?

        init(_ result: BoltResult) { self.result = result }

        /// The next record; nil at the end.
        ///
        /// - Throws: ``BoltError``: what the server refuses, or why the connection has ended.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(BoltError) -> BoltRecord? {
            if let values = page.next() { return record(values) }
            page = try await result.connection.nextRecords(result.query).makeIterator()
            guard let values = page.next() else { return nil }
            if fields == nil { fields = try await result.connection.fields(of: result.query) }
            return record(values)
        }

        /// The next record; nil at the end.
        public mutating func next() async throws(BoltError) -> BoltRecord? {
            try await next(isolation: nil)
        }

        private func record(_ values: [BoltValue]) -> BoltRecord {
            BoltRecord(fields: fields ?? BoltFields([]), values: values)
        }
    }

    /// Reads from where an earlier reader has stopped.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }

    /// The names of the fields; waits until the server has told them.
    ///
    /// - Returns: The names.
    /// - Throws: ``BoltError``: what the server refuses, or why the connection has ended.
    public func fields() async throws(BoltError) -> BoltFields {
        try await connection.fields(of: query)
    }

    /// Gives up what was not read, and waits for what the server tells at the end.
    ///
    /// - Returns: What the server told.
    /// - Throws: ``BoltError``: what the server refuses, or why the connection has ended.
    public func finish() async throws(BoltError) -> ResultSummary {
        try await connection.finish(query)
    }
}
