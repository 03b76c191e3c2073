import CSSL

/// Why a call failed, of all that it left in the thread's queue: the first error of the TLS layer, or else the first one.
/// A bad record of TLS 1.2, for example, is "cipher operation failed" there before it is named as what it is.
struct OpenSSLError {
    private let code: UInt

    /// Takes the errors out of the queue, where others would take them for errors of theirs.
    init() {
        var first: UInt = 0
        while case let code = ERR_get_error(), code != 0 {
            if ERR_GET_LIB(code) == ERR_LIB_SSL {
                first = code
                break
            }
            if first == 0 { first = code }
        }
        ERR_clear_error()
        code = first
    }

    /// What OpenSSL says, in a few words.
    var reason: String {
        if code == 0 { return "no reason given" }
        guard let text = ERR_reason_error_string(code) else { return "error \(code)" }
        return String(cString: text)
    }

    /// The number of the alert that the peer sent, if that is the error.
    var alertFromPeer: UInt8? {
        guard ERR_GET_LIB(code) == ERR_LIB_SSL else { return nil }
        return UInt8(exactly: ERR_GET_REASON(code) - SSL_AD_REASON_OFFSET)
    }
}
