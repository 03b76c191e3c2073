import Testing

@testable import App

@Suite struct LocationTests {
    @Test("every part may be embedded", arguments: Location.Part.allCases)
    func everyPartMayBeEmbedded(part: Location.Part) throws {
        let location = try Location("embedded", of: part)
        #expect(location == .embedded)
        #expect(location.description == "embedded")
    }

    @Test(
        "a broker's address is shown without its password",
        arguments: [
            ("amqp://anna:hunter2@rabbit", "amqp://anna@rabbit:5672/%2F"),
            ("amqps://anna:hunter2@a,b/shop", "amqps://anna@a:5671,b:5671/shop"),
        ])
    func brokersAddressIsShownWithoutIts(text: String, shown: String) throws {
        let location = try Location(text, of: .broker)
        #expect(location.description == shown)
        #expect("\(location)" == shown)
        var dumped = ""
        dump(location, to: &dumped)
        dump(BackEnds(dataDirectory: "d", broker: location), to: &dumped)
        #expect(!dumped.contains("hunter2"))
        #expect(!String(reflecting: location).contains("hunter2"))
    }

    @Test(
        "a text that is not an address is refused without showing a password",
        arguments: ["", "rabbit", "http://anna:hunter2@rabbit", "amqp://anna:hunter2@rabbit:port", "bolt://hunter2"])
    func whatIsNotAnAddressIs(text: String) {
        let error = #expect(throws: LocationError.self) { try Location(text, of: .broker) }
        #expect(error?.description.contains("hunter2") == false)
        #expect(error?.description.isEmpty == false)
    }

    @Test(
        "a graph's address is shown without its password",
        arguments: [
            ("bolt://neo4j:hunter2@localhost", "bolt://neo4j@localhost:7687"),
            ("neo4j+s://a.example,b.example:7688", "neo4j+s://a.example:7687,b.example:7688"),
        ])
    func graphsAddressIsShownWithoutItsPassword(text: String, shown: String) throws {
        let location = try Location(text, of: .graph)
        #expect(location.description == shown)
        var dumped = ""
        var backEnds = BackEnds(dataDirectory: "d", graph: location)
        backEnds.neo4j.password = "hunter2"
        dump(backEnds, to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }

    @Test("what is not the address of a graph is refused", arguments: ["elsewhere", "http://a:7474", "bolt://a/shop"])
    func whatIsNotAGraph(text: String) {
        let error = #expect(throws: LocationError.self) { try Location(text, of: .graph) }
        #expect(error?.description.isEmpty == false)
    }

    @Test(
        "the address of the vectors is shown with its port, and the key is shown nowhere",
        arguments: [
            ("http://localhost", "http://localhost:6333"), ("https://a.example:443/q/", "https://a.example:443/q"),
        ])
    func addressOfTheVectors(text: String, shown: String) throws {
        let location = try Location(text, of: .vectors)
        #expect(location.description == shown)
        var dumped = ""
        var backEnds = BackEnds(dataDirectory: "d", vectors: location)
        backEnds.qdrant.apiKey = "hunter2"
        dump(backEnds, to: &dumped)
        #expect(!dumped.contains("hunter2"))
        #expect(!"\(backEnds)".contains("hunter2"))
    }

    @Test(
        "what is not the address of the vectors is refused without its secret",
        arguments: ["elsewhere", "bolt://a", "http://anna:hunter2@a", "http://a,b", "http://a?key=hunter2"])
    func whatIsNotTheVectors(text: String) {
        let error = #expect(throws: LocationError.self) { try Location(text, of: .vectors) }
        #expect(error?.description.isEmpty == false)
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test("two addresses that differ in the password alone are two locations")
    func twoAddressesThatDifferInThe() throws {
        let one = try Location("amqp://anna:one@rabbit", of: .broker)
        #expect(one != (try Location("amqp://anna:two@rabbit", of: .broker)))
        #expect(one == (try Location("amqp://anna:one@rabbit", of: .broker)))
    }
}
