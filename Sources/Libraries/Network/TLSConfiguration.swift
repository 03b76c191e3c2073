/// How a peer is verified, and what is shown to it. TLS 1.2 at least.
///
/// The files are read at each handshake: one that does not exist, or is not PEM, is a ``NetworkError`` with `.tls` then. A
/// value type: safe to hand to any task.
public struct TLSConfiguration: Sendable, Hashable {
    /// Path of a PEM file of the authorities that are trusted, and then no others; nil for the system's.
    public var certificateAuthorityFile: String?
    /// Path of a PEM file of the client's certificate chain, its own certificate first.
    public var certificateFile: String?
    /// Path of a PEM file of its key, without a password. Nil when the key stands in `certificateFile` too.
    public var keyFile: String?
    /// Whether the chain and the name are verified; only tests have a reason to say false.
    public var verifiesPeer: Bool

    /// The system's authorities, no client certificate and verification, unless other values are given.
    public init(
        certificateAuthorityFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil,
        verifiesPeer: Bool = true
    ) {
        self.certificateAuthorityFile = certificateAuthorityFile
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.verifiesPeer = verifiesPeer
    }
}
