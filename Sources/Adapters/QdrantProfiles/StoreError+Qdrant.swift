import QdrantClient
import Stores

extension StoreError {
    /// Why the server did not do what was asked.
    init(_ error: QdrantError) {
        self.init(Self.code(of: error), Self.text(of: error))
    }

    /// Only what the server says of a value blames an event. No time, no room and no answer are the store's: as failures of
    /// events, they would use up the attempts of all that wait.
    private static func code(of error: QdrantError) -> Code {
        switch error.code {
        case .closed: .closed
        case .unencodable: .rejected
        case .rejected: error.status == 422 ? .rejected : .unavailable
        case .conflict, .notApplied: .transient
        default: .unavailable
        }
    }

    /// What happened, and what to do next where people have to do something.
    private static func text(of error: QdrantError) -> String {
        remedy(for: error).map { "\(error.message); \($0)" } ?? error.message
    }

    private static func remedy(for error: QdrantError) -> String? {
        switch error.code {
        case .accessRefused: "set QDRANT_API_KEY to a key of that server that may write"
        case .outOfStorage: "make room on the server, or raise its quota"
        case .tls: "trust its authority with ?cacertfile=FILE"
        case .malformedAnswer: "the address should be that of Qdrant's REST API, whose port is 6333"
        case .rejected where error.status == 413: "let the proxy before the server take bodies of 5 MB"
        default: nil
        }
    }
}

extension QdrantError {
    /// Whether what was to be made may be there all the same: by another process, or by an attempt whose answer was lost.
    var mayBeThere: Bool { code == .conflict || isRetriable && isOutcomeUnknown }
}
