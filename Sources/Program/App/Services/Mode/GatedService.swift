/// A service that begins when a broker is open, and does nothing before.
struct GatedService: Service {
    let service: any Service
    let broker: LateBroker

    func run() async throws {
        guard await broker.isOpened() else { return }
        try await service.run()
    }
}
