import Foundation
import TestSupport
import Testing

extension SystemTests {
    @Suite struct CrossOriginTests {
        private func beacon(_ client: RawClient, from origin: String) -> RawClient.Answer? {
            let body = BadInputTests.valid
            let head =
                "POST /events HTTP/1.1\r\nHost: localhost\r\nOrigin: \(origin)\r\n"
                + "Content-Type: text/plain;charset=UTF-8\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            guard client.send((head + body).utf8) else { return nil }
            return client.receive()
        }

        @Test("pages of the origins in the file of settings may post, and others may not")
        func pagesOfConfiguredOriginsMayPost() throws {
            let directory = try TemporaryDirectory()
            let settings = directory.file("settings.json")
            try #"{"allow-origin": ["https://Shop.example:443", "http://localhost:3000"]}"#
                .write(toFile: settings, atomically: true, encoding: .utf8)
            let (server, port) = try Program.serve(
                directory.file("data"), ["--no-workers", "--config", settings])
            let client = try RawClient(port: port)
            for origin in ["https://shop.example", "http://localhost:3000"] {
                #expect(beacon(client, from: origin)?.status == 200)
                let preflight = try #require(
                    client.request(
                        "OPTIONS", "/events/batch",
                        headers: ["Origin: \(origin)", "Access-Control-Request-Method: POST"]))
                #expect(preflight.status == 204)
                #expect(preflight.headers["access-control-allow-origin"] == origin)
                #expect(preflight.headers["access-control-allow-methods"] == "POST")
            }
            #expect(beacon(client, from: "https://evil.example")?.status == 415)
            #expect(server.terminate() == 0)
        }

        @Test(
            "an origin that is none ends with status 2 and says what an origin looks like",
            arguments: ["https://shop.example/", "shop.example", "null"])
        func originThatIsNoneEndsWithStatus2(origin: String) throws {
            let (status, output) = try Program.run(["serve", "--allow-origin", origin], readsErrors: true)
            #expect(status == 2)
            #expect(output.contains("'\(origin)'"), "\(output)")
            #expect(output.contains("scheme://host:port with nothing behind it, such as https://shop.example"))
        }

        @Test("a star is given alone")
        func starIsGivenAlone() throws {
            let (status, output) = try Program.run(
                ["serve", "--allow-origin", "*", "--allow-origin", "https://shop.example"], readsErrors: true)
            #expect(status == 2)
            #expect(output.contains("give it alone"))
        }
    }
}
