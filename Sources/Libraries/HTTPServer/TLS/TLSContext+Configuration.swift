extension TLSContext {
    /// Reads the certificate and the key of a configuration.
    package convenience init(_ tls: HTTPServerTLS) throws(TLSContextError) {
        try self.init(certificateChain: tls.certificateChain, privateKey: tls.privateKey)
    }
}
