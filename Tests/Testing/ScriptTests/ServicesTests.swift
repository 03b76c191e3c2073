import TestSupport
import Testing

@Suite("scripts/services") struct ServicesTests {
    /// A server of a few lines, whose first port another socket has taken meanwhile.
    private static let program = """
        import os, socket, sys
        sys.path.insert(0, sys.argv[1])
        import node

        taken = socket.socket()
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        given = [[taken.getsockname()[1]], node.free_ports(1)]
        node.free_ports = lambda count: given.pop(0)

        class Server(node.Node):
            name = title = "server"
            def port_names(self): return ["own"]
            def configure(self): pass
            def command(self):
                text = "import socket, sys; socket.create_server(('127.0.0.1', int(sys.argv[1]))).accept()[0].recv(1); input()"
                return [sys.executable, "-c", text, str(self.state["ports"]["own"]), self.folder]
            def is_ready(self): return self.children["node"].poll() is None and self.answers()
            def answers(self):
                port = self.state["ports"]["own"]
                return port != taken.getsockname()[1] and node.accepts(port)

        server = Server(sys.argv[2], is_child=True)
        server.start()
        print(len(given), server.state["ports"]["own"] != taken.getsockname()[1])
        server.kill()
        """

    @Test("a server whose port another program has taken in the meantime gets another one", .timeLimit(.minutes(5)))
    func takenPort() async throws {
        let directory = try TemporaryDirectory()
        let nodes = Script.path("nodes")
        let output = try await HelperProcess.run("python3", ["-c", Self.program, nodes, directory.path])
        #expect(output.contains("0 True"))
        withExtendedLifetime(directory) {}
    }
}
