import CSSL

/// Why a session of TLS is over. What TLS has to tell the peer of it, an alert, is in the session's output already; there
/// is none where the peer went by itself, speaks another protocol or floods.
package enum TLSFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The peer sent a request of plain HTTP. There is no alert in the output: the server may answer in clear text.
    case plainHTTP
    /// The peer's bytes ended before the handshake did.
    case endedInHandshake
    /// The handshake failed, for the reason that OpenSSL gives: for example, no version of TLS is common to both.
    case handshake(String)
    /// The peer gave up, with this alert (RFC 8446, section 6).
    case alertFromPeer(UInt8)
    /// A record or message after the handshake is not as it should be, for the reason that OpenSSL gives.
    case record(String)
    /// The peer sent many messages one after the other that carry no data, each of which costs more than a record.
    case flood

    /// What happened, in a sentence.
    package var description: String {
        switch self {
        case .plainHTTP: "The client speaks plain HTTP where TLS is spoken."
        case .endedInHandshake: "The client went before the TLS handshake was over."
        case .handshake(let reason): "The TLS handshake failed: \(reason)."
        case .alertFromPeer(let number):
            "The client ended TLS with the alert '\(String(cString: SSL_alert_desc_string_long(Int32(number))))'."
        case .record(let reason): "The client broke TLS: \(reason)."
        case .flood: "The client sent too many TLS messages without data."
        }
    }
}
