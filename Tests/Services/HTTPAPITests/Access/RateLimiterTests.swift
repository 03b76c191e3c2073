import HTTPMessages
import HTTPServer
import PipelineTesting
import Testing

@testable import HTTPAPI

@Suite struct RateLimiterTests {
    private let start = ContinuousClock.now

    @Test("a client has so many requests at once, and they come back with time")
    func bucket() throws {
        let limiter = RateLimiter(try #require(RateLimit("10/s")))
        for _ in 0..<10 { #expect(limiter.take("a", at: start) == nil) }
        #expect(limiter.take("a", at: start) == 1)
        #expect(limiter.take("b", at: start) == nil, "another client has a bucket of its own")
        #expect(limiter.take("a", at: start + .milliseconds(110)) == nil)
        #expect(limiter.take("a", at: start + .milliseconds(120)) == 1)
        for _ in 0..<10 { #expect(limiter.take("a", at: start + .seconds(60)) == nil) }
        #expect(limiter.take("a", at: start + .seconds(60)) == 1, "a bucket holds no more than at first")
    }

    @Test("the time to wait is told in seconds, rounded up")
    func waiting() throws {
        let limiter = RateLimiter(try #require(RateLimit("2/m")))
        #expect(limiter.take("a", at: start) == nil)
        #expect(limiter.take("a", at: start) == nil)
        #expect(limiter.take("a", at: start) == 30)
        #expect(limiter.take("a", at: start + .seconds(20)) == 10)
        #expect(limiter.take("a", at: start + .seconds(31)) == nil)
    }

    @Test("the table is bounded: clients without a place share a bucket until others have been idle")
    func bound() throws {
        let limiter = RateLimiter(try #require(RateLimit("2/s")), maximumClients: 3)
        for client in ["a", "b", "c"] { #expect(limiter.take(client, at: start) == nil) }
        #expect(limiter.take("d", at: start) == nil)
        #expect(limiter.take("e", at: start) == nil)
        #expect(limiter.take("f", at: start) == 1)
        #expect(limiter.clients == 3)
        #expect(limiter.take("f", at: start + .seconds(2)) == nil)
        #expect(limiter.clients == 1)
    }

    @Test(
        "limits have a number and a unit",
        arguments: ["", "10", "/s", "0/s", "-1/s", "1.5/s", "10/d", "10/s/s", "1000001/s", "10 /s"])
    func malformed(text: String) {
        #expect(RateLimit(text) == nil)
    }

    @Test("a limit is written as it is read", arguments: ["100/s", "3000/m", "1/h"])
    func written(text: String) {
        #expect(RateLimit(text)?.description == text)
    }

    @Test("a client above its limit gets a 429 with Retry-After, and a token is counted apart from its address")
    func answer() async throws {
        var administration = HTTPAPI.Administration(tokens: ["secret"])
        administration.rateLimit = RateLimit("2/h")
        let api = try await TestAPI(administration: administration)
        for path in ["/health", "/nothing"] { _ = try await api.request(.get, path, from: "2001:db8::1") }
        let refused = try await api.request(.get, "/health", from: "2001:db8:0:0:9::7")
        #expect(refused.status == .tooManyRequests, "an IPv6 client is its network")
        #expect(refused.headers["Retry-After"].flatMap(Int.init).map { 1...1_800 ~= $0 } == true)
        #expect(refused.text("type") == "urn:debias-events:problem:too-many-requests")
        #expect(try await api.request(.get, "/health", from: "2001:db8:0:1::1").status == .ok)
        let token: HTTPHeaders = ["Authorization": "Bearer secret"]
        #expect(try await api.request(.get, "/health", headers: token, from: "2001:db8::1").status == .ok)
    }

    @Test("posted events count, too, and those above the limit are not published")
    func events() async throws {
        var administration = HTTPAPI.Administration()
        administration.rateLimit = RateLimit("2/h")
        let api = try await TestAPI(administration: administration)
        #expect(try await api.post(TestAPI.event()).status == .ok)
        #expect(try await api.post("[\(TestAPI.event())]", to: "/events/batch").status == .ok)
        #expect(try await api.post(TestAPI.event()).status == .tooManyRequests)
        #expect(try await api.post("[\(TestAPI.event())]", to: "/events/batch").status == .tooManyRequests)
        #expect(api.broker.published.count == 2)
    }
}
