import Events
import Foundation
import TestSupport
import Testing

@Suite("Hostile input")
struct HostileInputTests {
    private let decoder = EventDecoder()

    @Test("that is not JSON is malformed, as an event, as an array and as lines")
    func malformedTexts() {
        for text in MalformedTexts.all {
            let name = String(decoding: text.prefix(40), as: UTF8.self)
            #expect(isMalformed(text), "\(name)")
            #expect(isMalformed(Array("{\"user_id\":".utf8) + text + [0x7d]), "\(name)")
            // What only a limit refuses fails alone: here, where its neighbours are no events either.
            let elements = try? decoder.decodeBatch(array: [0x5b, 0x31, 0x2c] + text + [0x5d], receivedAt: receipt)
            #expect(
                elements?.allSatisfy { if case .failure(.malformed) = $0 { true } else { false } } ?? true, "\(name)")
            let results = try? decoder.decodeBatch(lines: text, receivedAt: receipt)
            #expect(
                results?.allSatisfy { if case .failure(.malformed) = $0 { true } else { false } } == true, "\(name)")
        }
    }

    @Test(
        "that is JSON but not an object is malformed", arguments: ["null", "1", "\"x\"", "[]", "[{}]", "true", "1e400"])
    func otherValues(text: String) {
        #expect(isMalformed(Array(text.utf8)))
    }

    @Test("of numbers of random digits and exponents never traps")
    func randomNumbers() {
        var generator = SeededGenerator(seed: 15)
        func digits(_ counts: ClosedRange<Int>) -> String {
            String(
                (0..<Int.random(in: counts, using: &generator)).map { _ in
                    "0123456789".randomElement(using: &generator) ?? "0"
                })
        }
        let exponents = [
            "", "e0", "E+7", "e-9", "e22", "e-30", "e-400", "e99999", "e-9223372036854775808", "e9223372036854775807",
        ]
        for _ in 0..<5000 {
            let sign = Bool.random(using: &generator) ? "-" : ""
            let whole = Bool.random(using: &generator) ? "0" : "7" + digits(0...18)
            let fraction = Bool.random(using: &generator) ? "." + digits(1...18) : ""
            let text = sign + whole + fraction + (exponents.randomElement(using: &generator) ?? "")
            _ = PostedEvent.with("user_id", text).issues()
        }
    }

    @Test("made by flipping bytes of valid bodies never traps, and what passes is a valid event")
    func mutations() throws {
        var random = RandomEvents(seed: 12)
        var bodies: [[UInt8]] = []
        for _ in 0..<50 { bodies.append(random.event().encoded(publishedAt: receipt)) }
        var generator = SeededGenerator(seed: 13)
        var passed = 0
        for round in 0..<20_000 {
            var body = bodies[round % bodies.count]
            for _ in 0...Int.random(in: 0...3, using: &generator) { mutate(&body, using: &generator) }
            _ = try? decoder.decodeBatch(array: [0x5b] + body + [0x5d], receivedAt: receipt)
            guard let event = try? decoder.decode(body, receivedAt: receipt) else { continue }
            passed += 1
            #expect(event.userID >= 1 && event.productID >= 1 && event.quantity ?? 1 >= 1)
            #expect(event.price ?? 0 >= 0 && event.price?.isFinite ?? true)
            #expect((1...256).contains(event.session.unicodeScalars.count))
            var read = try decoder.decode(event.encoded(), receivedAt: receipt)
            // As a posted event, one that has a time has its own.
            read.defaulted = event.defaulted
            #expect(read == event)
        }
        // Both valid and invalid events must have come up often enough.
        #expect(passed > 2000 && passed < 18_000)
    }

    @Test("cut off anywhere is malformed")
    func truncation() {
        var random = RandomEvents(seed: 14)
        for _ in 0..<20 {
            let body = random.event().encoded(publishedAt: receipt)
            for length in body.indices where !isMalformed(Array(body[..<length])) {
                Issue.record("passed when cut off after \(length) bytes: \(String(decoding: body, as: UTF8.self))")
            }
        }
    }

    @Test("of any depth needs only a small stack")
    func smallStacks() async {
        let levels = 31
        let deepest =
            String(repeating: "[{\"a\":", count: levels / 2) + "[]" + String(repeating: "}]", count: levels / 2)
        var event = PostedEvent.with("properties", "{\"a\":\(deepest.dropFirst().dropLast().dropFirst(5).dropLast())}")
        event.members.append(("event_time", "\"2024-01-01T00:00:00Z\""))
        let valid = event.body
        let texts = MalformedTexts.all.filter { $0.count > 100_000 } + [valid]
        let passes: @Sendable ([UInt8]) -> Bool = { text in
            guard let event = try? decoder.decode(text, receivedAt: receipt) else { return false }
            // The other functions that walk over the whole value.
            let again = try? decoder.decode(event.encoded(), receivedAt: receipt)
            return again == event && Set([event, again]).count == 1
        }
        // The first use of a generic type needs a large stack, on which Swift's runtime makes the type.
        #expect(texts.map(passes) == texts.map { $0 == valid })
        let passed = await onThread(stackSize: 128 * 1024) { texts.map(passes) }
        #expect(passed == texts.map { $0 == valid })
    }

    private func isMalformed(_ body: [UInt8]) -> Bool {
        do {
            _ = try decoder.decode(body, receivedAt: receipt)
            return false
        } catch {
            if case .malformed = error { return true }
            return false
        }
    }

    private func mutate(_ body: inout [UInt8], using generator: inout SeededGenerator) {
        guard let index = body.indices.randomElement(using: &generator) else { return }
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: body[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: body[index] = UInt8.random(in: 0...255, using: &generator)
        case 2: body.remove(at: index)
        case 3: body.insert(Array("\"\\{}[],:0-eu".utf8).randomElement(using: &generator) ?? 0, at: index)
        default:
            let end = body.indices.randomElement(using: &generator) ?? index
            body.insert(contentsOf: body[min(index, end)..<min(max(index, end), min(index, end) + 16)], at: index)
        }
    }

    private func onThread<Value: Sendable>(
        stackSize: Int, _ work: @escaping @Sendable () -> Value
    ) async -> Value {
        await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: work()) }
            thread.stackSize = stackSize
            thread.start()
        }
    }
}
