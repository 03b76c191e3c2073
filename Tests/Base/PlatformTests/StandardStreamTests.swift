import Foundation
import TestSupport
import Testing

@testable import Platform

@Suite("Standard streams") struct StandardStreamTests {
    @Test("all of a long text is written, even where the reader takes it in small parts")
    func partialWrites() async throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        // A pipe that does not wait: a write takes what fits, and the next one is refused for now.
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        let text = String(repeating: "0123456789", count: 100_000)
        async let received = withCheckedContinuation { (continuation: CheckedContinuation<Data, Never>) in
            DispatchQueue.global().async {
                continuation.resume(returning: (try? pipe.fileHandleForReading.readToEnd()) ?? Data())
            }
        }
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            DispatchQueue.global().async {
                continuation.resume(
                    with: Result {
                        let stream = StandardStream(descriptor: descriptor, name: "pipe")
                        try stream.write(text)
                        try stream.write(Array("end".utf8))
                        try stream.write("")
                    })
            }
        }
        try pipe.fileHandleForWriting.close()
        #expect(await received == Data((text + "end").utf8))
    }

    @Test("a reader that has gone is an error, not the end of the process")
    func brokenPipe() async throws {
        let helper = try HelperProcess(testing: "platform", ["closed-output"])
        helper.closeOutput()
        #expect(await helper.exit() == .status(32))
    }
}
