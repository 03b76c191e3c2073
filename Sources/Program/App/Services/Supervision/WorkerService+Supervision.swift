package import Observability
import Platform

extension WorkerService {
    /// The service that tells the supervisor how these workers are; the last one of its group. Nil where no supervisor
    /// listens, or where it cannot be told anything, which the log says: that keeps nobody from working.
    ///
    /// - Parameters:
    ///   - activity: What the process does, as one line.
    ///   - turn: Returns when whatever else has to be alive has had its turn; until then the watchdog hears nothing.
    package func supervision(
        _ settings: SupervisionSettings?, activity: String, log: Log,
        after turn: @escaping @Sendable () async -> Void = {}
    ) -> (any Service)? {
        guard let settings else { return nil }
        do throws(SystemError) {
            return try SupervisionService(settings, activity: activity, log: log) {
                await turn()
                return state
            }
        } catch {
            log(.warning, "the supervisor cannot be told anything", ["error": "\(error)"])
            return nil
        }
    }
}
