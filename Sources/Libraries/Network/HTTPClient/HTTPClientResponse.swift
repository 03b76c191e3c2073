public import HTTPMessages

/// What a server answered.
///
/// A value type: safe to hand to any task.
public struct HTTPClientResponse: Sendable, Hashable {
    /// The status. Redirects are answers like others: they are not followed.
    public let status: HTTPStatus
    /// The fields of the final answer's head, in the order they came; those of interim answers and trailers are left out.
    public let headers: HTTPHeaders
    /// The body, as it was sent: nothing is decompressed. At most ``HTTPClient/Configuration/largestBody`` bytes.
    ///
    /// A body to which the server gave no length (neither `Content-Length` nor chunks) ends with the connection, also over
    /// TLS where the end was not announced there: not every version of OpenSSL tells the two apart. Whether it is whole,
    /// the content has to show.
    public let body: [UInt8]
    /// How long the server asks to wait before the next request (`Retry-After`, in seconds or as a date, RFC 9110,
    /// section 10.2.3); at most an hour, zero for what cannot be read. Nil when the server does not say.
    public let retryAfter: Duration?
}
