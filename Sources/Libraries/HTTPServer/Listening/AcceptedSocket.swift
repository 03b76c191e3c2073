import HTTPWire

/// A socket that was accepted, and what is to become of it.
struct AcceptedSocket: Sendable {
    /// A number no other connection of the server has had.
    let id: UInt64
    let descriptor: Int32
    let address: HTTPAddress
    /// Set where the client is turned away.
    let refusal: HTTPRefusal?
}
