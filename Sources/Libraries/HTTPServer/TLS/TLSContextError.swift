/// Why a certificate and a key are not served. The files have to be changed; trying again does not help.
package enum TLSContextError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The chain holds no PEM block `CERTIFICATE`, one that is damaged, or a null byte.
    case certificateUnreadable
    /// The key's text holds no PEM block of a private key, or one that cannot be read.
    case keyUnreadable
    /// The key is encrypted. Nobody is asked for its passphrase.
    case keyEncrypted
    /// The key is not the one of the chain's first certificate.
    case keyOfAnotherCertificate
    /// OpenSSL does not serve them, for the reason that it gives: for example, the key is too small for the system's
    /// security level.
    case refused(String)
    /// OpenSSL does not start, for the reason that it gives: for example, its configuration file is wrong.
    case unavailable(String)

    /// What is wrong, in a sentence.
    package var description: String {
        switch self {
        case .certificateUnreadable: "The certificate chain is not made of readable PEM blocks 'CERTIFICATE'."
        case .keyUnreadable: "The private key is not a readable PEM block."
        case .keyEncrypted: "The private key is encrypted; the server needs it without a passphrase."
        case .keyOfAnotherCertificate: "The private key does not belong to the first certificate of the chain."
        case .refused(let reason): "OpenSSL refuses the certificate or its key: \(reason)."
        case .unavailable(let reason): "OpenSSL does not start: \(reason)."
        }
    }
}
