package import HTTPAPI
package import Intake
import Messaging
package import Workers

/// How the API is served and which workers run beside it.
package struct ServeConfiguration: Sendable {
    /// A certificate for HTTPS. Both in PEM, the key unencrypted.
    package struct Certificate: Sendable {
        /// The certificate, followed by the intermediate ones.
        package var chain: [UInt8]
        /// The private key of the first certificate.
        package var key: [UInt8]

        package init(chain: [UInt8], key: [UInt8]) {
            self.chain = chain
            self.key = key
        }
    }

    /// The address to listen on; `*` for all.
    package var host = "127.0.0.1"
    /// The port to listen on; 0 picks a free one.
    package var port: UInt16 = 8_000
    /// Reads the certificate, to serve HTTPS; nil for plain HTTP.
    package var loadCertificate: (@Sendable () throws -> Certificate)?
    /// Reads tokens and keys again; nil where no file holds them.
    package var loadCredentials: (@Sendable () throws -> Credentials)?
    /// One element whenever certificate, tokens and keys are to be read again.
    package var reloadRequests: AsyncStream<Void>?
    /// The event loops that serve connections, each on a thread of its own.
    package var threads = 1
    /// The most connections at the same time.
    package var maxConnections = 10_000
    /// The timeout for a request's head.
    package var headTimeout = Duration.seconds(15)
    /// The timeout for a request's body.
    package var bodyTimeout = Duration.seconds(60)
    /// The timeout for current requests when the service stops.
    package var drain = Duration.seconds(10)
    /// Which tokens open what; without any, the dead-letter endpoints are closed.
    package var credentials = Credentials()
    /// How many requests a token or an address may make; nil for any number.
    package var rateLimit: RateLimit?
    /// Whether anyone may read histories and profiles; otherwise this machine and those with a token.
    package var opensReads = false
    /// The most bytes of memory that requests and answers may use together.
    package var memoryBudget = 512 << 20
    /// The origins whose pages may post events from a browser.
    package var allowedOrigins: [AllowedOrigin] = []
    /// How posted events come to the stores until an operator changes it.
    package var mode = IntakeMode.queue
    /// How long the ledger of arrivals keeps an event.
    package var arrivalsKept = Duration.seconds(7 * 86_400)
    /// The workers in the same process.
    package var workers = WorkerPlan.standard
    package var tuning = WorkerConfiguration()
    /// The supervisor that wants to hear of the process; nil where none listens.
    package var supervision: SupervisionSettings?
    /// Where spans are exported to; nil for nowhere.
    package var tracing: TracingConfiguration?
    /// How often vectors of products are learned; zero for never.
    package var learningInterval = Duration.seconds(30)
    /// The most events of a work queue: dead letters that the broker wrote return to a queue that has room. Nil leaves
    /// them in the dead-letter queue.
    package var restoringBelow: Int?
    /// The most events of a work queue, where a queue that overflows may lose some: events wait in the spool, or are
    /// refused, before a queue is full. Nil beside the embedded broker, which moves an event that overflows to the dead
    /// letters in one transaction.
    var guardedLength: Int?
    /// The most bytes of dead letters that are moved to the archive before they expire; 0 leaves them to expire.
    package var archiveLimit = 1 << 30
    /// The folder of the archive.
    let archiveDirectory: String
    /// The topology to declare on the broker.
    let topology: Topology
    /// The folder of replay records.
    let replayDirectory: String
    /// The file of operators' actions.
    let auditFile: String
    /// The file of the mode that was set last.
    let modeFile: String

    /// Port 8000 of the loopback address, one worker of each kind, ten seconds to drain.
    package init(_ backEnds: BackEnds) {
        restoringBelow = Int(clamping: backEnds.queueMaxLength)
        guardedLength = backEnds.broker == .embedded ? nil : Int(clamping: backEnds.queueMaxLength)
        topology = backEnds.topology
        replayDirectory = backEnds.replayDirectory
        auditFile = backEnds.auditFile
        modeFile = backEnds.modeFile
        archiveDirectory = backEnds.archiveDirectory
    }
}
