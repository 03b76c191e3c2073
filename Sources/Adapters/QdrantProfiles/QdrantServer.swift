import QdrantClient
import Stores

/// A driver whose errors are `StoreError`s.
struct QdrantServer: Sendable {
    let driver: QdrantDriver

    func send<Answer>(_ request: QdrantRequest<Answer>) async throws(StoreError) -> Answer {
        do throws(QdrantError) { return try await driver.send(request) } catch { throw StoreError(error) }
    }

    /// The answer; nil where there is no such collection.
    func sendIfThere<Answer>(_ request: QdrantRequest<Answer>) async throws(StoreError) -> Answer? {
        do throws(QdrantError) {
            return try await driver.send(request)
        } catch {
            guard error.code == .notFound else { throw StoreError(error) }
            return nil
        }
    }
}

/// Runs `body` for all elements at the same time; how many requests are under way is up to the driver.
///
/// - Returns: The results, in the order of the elements.
func concurrently<Element: Sendable, Result: Sendable>(
    _ elements: [Element], _ body: @escaping @Sendable (Element) async throws(StoreError) -> Result
) async throws(StoreError) -> [Result] {
    if elements.count == 1 { return [try await body(elements[0])] }
    typealias Outcome = Swift.Result<Result, StoreError>
    let outcomes = await withTaskGroup(of: (Int, Outcome).self) { group in
        for (place, element) in elements.enumerated() {
            group.addTask {
                do throws(StoreError) {
                    return (place, .success(try await body(element)))
                } catch {
                    return (place, .failure(error))
                }
            }
        }
        var outcomes: [(Int, Outcome)] = []
        for await outcome in group { outcomes.append(outcome) }
        return outcomes
    }
    return try outcomes.sorted { $0.0 < $1.0 }.map { (_, outcome) throws(StoreError) in try outcome.get() }
}

extension Array {
    /// The elements in pieces of at most `count`.
    func pieces(of count: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
    }
}
