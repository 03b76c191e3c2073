/// Closes opened parts in reverse, since a part may use those that were opened before it.
///
///     try await Scope.with { scope in
///         let broker = scope.add(try await connect()) { await $0.close() }
///         ...
///     }
package struct Scope: Sendable {
    private var closings: [@Sendable () async -> Void] = []

    /// Runs `body` and closes the parts that it added, whether it returns or throws.
    ///
    /// - Throws: The error of `body`, once everything is closed.
    package static func with<Result, Failure: Error>(
        _ body: (inout Scope) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        var scope = Scope()
        let result: Result
        do throws(Failure) {
            result = try await body(&scope)
        } catch {
            await scope.close()
            throw error
        }
        await scope.close()
        return result
    }

    /// Adds an open part, which the scope closes.
    ///
    /// - Returns: The part.
    package mutating func add<Part: Sendable>(
        _ part: Part, close: @escaping @Sendable (Part) async -> Void
    ) -> Part {
        closings.append { await close(part) }
        return part
    }

    /// Closes the parts now; for a scope that ``with(_:)`` does not close.
    func close() async {
        for closing in closings.reversed() { await closing() }
    }
}
