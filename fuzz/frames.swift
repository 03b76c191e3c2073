/// A stream in pieces: it gives the same frames as all at once, and what is decoded is encoded again and decodes to the
/// same.
///
/// The first octet chooses the sizes of the pieces, and whether the rest is the stream (even) or records to be framed.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFrames(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = input(start, count)
    guard let seed = input.first else { return 0 }
    let rest = input.dropFirst()
    let stream = seed & 1 == 0 ? Array(rest) : Records(rest).flatMap(\.frame)

    let whole = decode(stream, pieces: nil)
    for frame in whole.frames { checkRoundTrip(frame) }
    var numbers = Numbers(seed: seed)
    let inPieces = decode(stream, pieces: { numbers.next(below: 40) })
    check(inPieces.frames.count == whole.frames.count, "\(inPieces.frames.count) frames, not \(whole.frames.count)")
    check(
        inPieces.error == whole.error, "\(String(describing: inPieces.error)), not \(String(describing: whole.error))")
    for (one, other) in zip(inPieces.frames, whole.frames) {
        check(bytes(one) == bytes(other), "\(one), not \(other)")
    }
    return 0
}

private func decode(_ stream: [UInt8], pieces: (() -> Int)?) -> (frames: [Frame], error: WireError?) {
    var decoder = FrameDecoder(limits: DecodingLimits(frameMax: 4_096))
    var frames: [Frame] = []
    var rest = stream[...]
    do throws(WireError) {
        repeat {
            let piece = rest.prefix(pieces?() ?? rest.count)
            rest = rest.dropFirst(piece.count)
            decoder.append(Array(piece))
            while let frame = try decoder.next() { frames.append(frame) }
        } while !rest.isEmpty
        return (frames, nil)
    } catch {
        decoder.append(Array(rest))
        do throws(WireError) {
            _ = try decoder.next()
            fatalError("an error that did not stay: \(error)")
        } catch let again {
            check(again == error, "\(again) after \(error)")
        }
        return (frames, error)
    }
}

/// A frame to be compared; nil where it cannot be encoded, which ``checkRoundTrip(_:)`` has judged.
private func bytes(_ frame: Frame) -> [UInt8]? {
    var encoder = FrameEncoder()
    do throws(WireError) {
        try encoder.frame(frame)
        return encoder.bytes
    } catch {
        return nil
    }
}
