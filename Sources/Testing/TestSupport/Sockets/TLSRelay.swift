/// Speaks TLS in front of a server that does not: Python's, so that another implementation is met.
package struct TLSRelay: Sendable {
    /// The port on 127.0.0.1.
    package let port: UInt16
    private let process: HelperProcess

    /// Starts the relay.
    ///
    /// - Parameters:
    ///   - identity: The certificate that is shown, and its key.
    ///   - server: The port on 127.0.0.1 of the server without TLS.
    /// - Throws: ``ScriptFailure`` if Python does not start.
    package init(_ identity: Certificates.Identity, to server: UInt16) async throws {
        process = try HelperProcess(
            path: "/usr/bin/env", ["python3", "-c", Self.script, identity.certificate, identity.key, "\(server)"])
        guard let line = await process.nextLine(), let port = UInt16(line) else {
            throw ScriptFailure("Python's TLS server does not start")
        }
        self.port = port
    }

    private static let script = """
        import asyncio, ssl, sys
        certificate, key, target = sys.argv[1:]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        async def pump(reader, writer):
            try:
                while data := await reader.read(65536):
                    writer.write(data)
                    await writer.drain()
            except OSError: pass
            finally: writer.close()
        async def serve(reader, writer):
            inner = await asyncio.open_connection("127.0.0.1", int(target))
            await asyncio.gather(pump(reader, inner[1]), pump(inner[0], writer))
        async def main():
            server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
            print(server.sockets[0].getsockname()[1], flush=True)
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        asyncio.run(main())
        """
}
