import Network
import TestSupport

/// Bytes in which a lost or moved piece shows.
func pattern(_ count: Int) -> [UInt8] {
    var generator = SeededGenerator(seed: 1)
    return generator.bytes(count)
}

/// All that comes until the peer's end.
func everything(_ stream: ByteStream) async throws(NetworkError) -> [UInt8] {
    var bytes: [UInt8] = []
    while let more = try await stream.receive(upTo: 100_000) { bytes += more }
    return bytes
}

/// What a call came to.
func outcome<Value: Sendable>(
    _ body: @Sendable () async throws(NetworkError) -> Value
) async -> Result<Value, NetworkError> {
    do throws(NetworkError) {
        return .success(try await body())
    } catch {
        return .failure(error)
    }
}

/// The kind of failure that a task came to; nil for a success.
func code<Value: Sendable>(of task: Task<Value, any Error>) async -> NetworkError.Code? {
    switch await task.result {
    case .success: nil
    case .failure(let error): (error as? NetworkError)?.code
    }
}

extension Result {
    var success: Success? { if case .success(let value) = self { value } else { nil } }
    var failure: Failure? { if case .failure(let error) = self { error } else { nil } }
}
