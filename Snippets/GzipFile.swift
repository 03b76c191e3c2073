//! Writes a gzip file, reads it in pieces of bounded memory, decompresses a request that arrives in pieces, and refuses
//! one that would fill the memory.

import Foundation
import Gzip

/// The lines of a plain or compressed file. The memory that it takes does not grow with the file.
func lineCount(path: String) throws(GzipFileError) -> Int {
    var reader = try GzipFileReader(path: path)
    var chunk: [UInt8] = []
    var count = 0
    while try reader.read(into: &chunk) {
        count += chunk.count { $0 == UInt8(ascii: "\n") }
    }
    return count
}

/// The contents of a body that arrives in `pieces`, unless they exceed 1 MiB.
func contents(of pieces: [[UInt8]]) throws(GzipError) -> [UInt8] {
    var inflater = Inflater(limits: InflateLimits(maximumOutput: 1 << 20))
    var output: [UInt8] = []
    for piece in pieces { try inflater.inflate(piece.span, into: &output) }
    try inflater.finish()
    return output
}

let events = (1...10_000).map { "{\"id\":\($0),\"type\":\"view\"}\n" }.joined()
let compressed = Gzip.compress(Array(events.utf8))
print("\(events.utf8.count) bytes became \(compressed.count)")

let file = FileManager.default.temporaryDirectory.appending(path: "events-\(UUID().uuidString).ndjson.gz")
try Data(compressed).write(to: file)
print("the file has \(try lineCount(path: file.path)) lines")
try FileManager.default.removeItem(at: file)

let half = compressed.count / 2
let body = try contents(of: [Array(compressed[..<half]), Array(compressed[half...])])
print("the body has \(body.count) bytes")

// 64 MiB of zeros are 64 KiB of gzip. The ratio counts from 1 MiB of contents on.
let bomb = Gzip.compress([UInt8](repeating: 0, count: 64 << 20))
do throws(GzipError) {
    _ = try Gzip.decompress(bomb, maxOutput: 256 << 20, maxRatio: 100)
} catch {
    print("refused: \(error)")
}
