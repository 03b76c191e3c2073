/// What a body has come to, an error included, so that something can be done before it is thrown.
func outcome<Value: Sendable>(of body: () async throws -> Value) async -> Result<Value, any Error> {
    do {
        return .success(try await body())
    } catch {
        return .failure(error)
    }
}
