import AMQPClient
import AMQPWire
import Network
import Testing

@Suite("Connection addresses")
struct AMQPURITests {
    private func failure(_ text: String) -> AMQPError? {
        do throws(AMQPError) {
            _ = try AMQPURI.parse(text)
            return nil
        } catch {
            return error
        }
    }

    private func hosts(_ text: String) throws -> [String] {
        try AMQPURI.parse(text).endpoints.map { "\($0.host) \($0.port)" }
    }

    @Test(
        "of a password with a ? or / that is not escaped nothing is shown, nor is anything connected to",
        arguments: ["amqp://user:pa?ss@host", "amqp://user:12/34@host", "amqp://user:p/a?ss@host/vhost"])
    func unescapedPassword(_ text: String) {
        let error = failure(text)
        #expect(error?.message.contains("%3F") == true)
        for part in ["ss", "34", "12"] { #expect(error?.message.contains("\(part)@") == false) }
    }

    @Test("what is left out has RabbitMQ's defaults")
    func defaults() throws {
        let configuration = try AMQPURI.parse("amqp://")
        #expect(configuration.authentication == .plain(user: "guest", password: "guest"))
        #expect(configuration.virtualHost == "/")
        #expect(try hosts("amqp://") == ["localhost 5672"])
        #expect(try hosts("amqps://") == ["localhost 5671"])
        #expect(try hosts("amqp://:9000") == ["localhost 9000"])
        #expect(try hosts("AMQP://host:") == ["host 5672"])
    }

    @Test("every part is percent-decoded")
    func percentEncoding() throws {
        let configuration = try AMQPURI.parse("amqp://us%65r%61:p%40ss%3a%2f%C3%A9@ho%61st:10000/v%2fhost")
        #expect(configuration.authentication == .plain(user: "usera", password: "p@ss:/é"))
        #expect(configuration.endpoints.map(\.host) == ["hoast"])
        #expect(configuration.endpoints.map(\.port) == [10_000])
        #expect(configuration.virtualHost == "v/host")
    }

    @Test("a user without a password has an empty one; a colon in a password stays")
    func logins() throws {
        #expect(try AMQPURI.parse("amqp://u@h").authentication == .plain(user: "u", password: ""))
        #expect(try AMQPURI.parse("amqp://u:@h").authentication == .plain(user: "u", password: ""))
        #expect(try AMQPURI.parse("amqp://:@h").authentication == .plain(user: "", password: ""))
        #expect(try AMQPURI.parse("amqp://u:a:b@h").authentication == .plain(user: "u", password: "a:b"))
    }

    @Test(
        "no path and a slash alone are the virtual host /",
        arguments: [
            ("amqp://h", "/"), ("amqp://h/", "/"), ("amqp://h/%2F", "/"), ("amqp://h/%2f%2F", "//"),
            ("amqp://h/a", "a"), ("amqp://h?heartbeat=1", "/"), ("amqp://h/?heartbeat=1", "/"),
            ("amqps://u:p@a,b:5673/", "/"),
        ])
    func virtualHosts(text: String, virtualHost: String) throws {
        #expect(try AMQPURI.parse(text).virtualHost == virtualHost)
    }

    @Test(
        "a virtual host that is blank or has control characters is an error",
        arguments: [
            "amqp://u:secret@h/%00", "amqp://u:secret@h/%20", "amqp://u:secret@h/a%00", "amqp://u:secret@h/%0A",
        ])
    func emptyVirtualHost(text: String) {
        let failure = failure(text)
        #expect(failure?.code == .invalidURI)
        #expect(failure?.message.contains("the virtual host is blank") == true)
        #expect(failure?.message.contains("secret") == false)
    }

    @Test("IPv6 addresses stand in brackets, and in the description too")
    func addresses() throws {
        #expect(try hosts("amqp://[::1]") == ["::1 5672"])
        #expect(try hosts("amqp://u:p@[fe80::1]:5673/v") == ["fe80::1 5673"])
        #expect(try AMQPURI.parse("amqp://[::1]:1/v").description == "amqp://guest@[::1]:1/v")
        for text in ["amqp://::1", "amqp://[::1", "amqp://[]", "amqp://[::1]5672"] {
            #expect(failure(text)?.code == .invalidURI, "\(text)")
        }
    }

    @Test("several hosts, each with a port of its own")
    func severalHosts() throws {
        #expect(try hosts("amqp://a,b:5673,[::1]:5674/") == ["a 5672", "b 5673", "::1 5674"])
        let configuration = try AMQPURI.parse("amqps://a,b?verify=verify_none")
        #expect(configuration.endpoints.map { $0.tls?.verifiesPeer } == [false, false])
    }

    @Test("options of the query")
    func options() throws {
        let configuration = try AMQPURI.parse(
            "amqp://h?heartbeat=30&connection_timeout=1500&channel_max=10&frame_max=8192&connection_name=a%20b")
        #expect(configuration.heartbeat == .seconds(30))
        #expect(configuration.connectTimeout == .milliseconds(1_500))
        #expect(configuration.channelMax == 10)
        #expect(configuration.frameMax == 8_192)
        #expect(configuration.connectionName == "a b")
    }

    @Test("options of TLS")
    func tlsOptions() throws {
        let text =
            "amqps://h?cacertfile=/ca.pem&certfile=/c.pem&keyfile=/k.pem&verify=verify_peer"
            + "&auth_mechanism=external&server_name_indication=h"
        let configuration = try AMQPURI.parse(text)
        let tls = try #require(configuration.endpoints.first?.tls)
        #expect(tls.certificateAuthorityFile == "/ca.pem")
        #expect(tls.certificateFile == "/c.pem")
        #expect(tls.keyFile == "/k.pem")
        #expect(tls.verifiesPeer)
        #expect(configuration.authentication == .external)
    }

    @Test(
        "what cannot be read is an error without the password",
        arguments: [
            "http://u:secret@h", "amqp:/u:secret@h", "amqp://u:secret@h:0", "amqp://u:secret@h:65536",
            "amqp://u:secret@h:port", "amqp://u:secret%4@h", "amqp://u:secret%zz@h", "amqp://u:secret%FF@h",
            "amqp://u:secret@h/a/b", "amqp://u:secret@h#f", "amqp://u:secret@h?heartbeat=x",
            "amqp://u:secret@h?heartbeat=65536", "amqp://u:secret@h?frame_max=8191",
            "amqp://u:secret@h?channel_max=-1", "amqp://u:secret@h?verfy=verify_none",
            "amqp://u:secret@h?verify=verify_peer", "amqps://u:secret@h?verify=no",
            "amqp://u:secret@h?auth_mechanism=login", "amqps://u:secret@h?server_name_indication=other",
        ])
    func unreadable(text: String) {
        let failure = failure(text)
        #expect(failure?.code == .invalidURI)
        #expect(failure?.message.contains("secret") == false)
    }

    @Test("a description has no password, also of a configuration with several hosts")
    func description() throws {
        let configuration = try AMQPURI.parse("amqps://us%40er:secret@a,b:1/%2F")
        #expect(configuration.description == "amqps://us%40er@a:5671,b:1/%2F")
        #expect("\(configuration)".contains("secret") == false)
    }
}
