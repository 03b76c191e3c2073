import BoltClient
import BoltWire
import Network
import TestSupport

extension ServiceNode<Neo4j> {
    /// A driver of the server, through another port if one is given.
    nonisolated func driver(
        port: UInt16? = nil, _ change: (inout BoltConfiguration) -> Void = { _ in }
    ) throws -> BoltDriver {
        var configuration = try BoltURI.parse(addresses.bolt)
        configuration.authenticate(with: .basic(user: addresses.user, password: addresses.password))
        if let port { configuration.endpoints[0].port = port }
        change(&configuration)
        return BoltDriver(configuration)
    }

    /// Runs a query over a connection of its own.
    @discardableResult
    nonisolated func rows(_ text: String, _ parameters: BoltMap = [:]) async throws -> [[BoltValue]] {
        let driver = try driver()
        let result: Result<[[BoltValue]], any Error>
        do { result = .success(try await driver.execute(text, parameters).rows) } catch { result = .failure(error) }
        await driver.close()
        return try result.get()
    }
}
