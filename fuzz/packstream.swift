/// A value of PackStream, and the same bytes as a stream of chunks: nothing traps, what is read is written again and reads
/// the same, and pieces and chunks make no difference.
///
/// The first octet chooses the version, the bounds and the sizes of pieces and chunks; the rest is the value.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPackStream(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = input(start, count)
    guard let choice = input.first else { return 0 }
    let bytes = Array(input.dropFirst())
    let version = [BoltVersion(4, 4), BoltVersion(5, 8), BoltVersion(6, 0), BoltVersion(6, 1)][Int(choice & 3)]
    let limits =
        choice & 4 == 0
        ? DecodingLimits() : DecodingLimits(messageBytes: 256, nesting: Int(choice >> 3), values: 1 << (choice >> 3))

    let dialect = PackStreamDialect(version)
    var reader = PackStreamReader(from: 0, to: bytes.count, dialect: dialect, limits: limits)
    do throws(BoltWireError) {
        while !reader.isAtEnd { checkRoundTrip(try reader.value(bytes.span), version) }
    } catch {
        check(error.code == .malformed || error.code == .tooLarge, "\(error.code)")
    }

    // As the one field of a RECORD, in chunks that are cut at random, with empty ones between messages.
    let message: [UInt8] = [0xB1, 0x71, 0x91] + bytes
    var numbers = Numbers(seed: choice)
    let whole = decode([chunked(message) { 65_535 }], version, limits)
    let stream = [0, 0] + chunked(message) { 1 + numbers.next(below: 50) } + [0, 0]
    var pieces: [[UInt8]] = []
    var rest = stream[...]
    while !rest.isEmpty {
        let piece = rest.prefix(1 + numbers.next(below: 40))
        rest = rest.dropFirst(piece.count)
        pieces.append(Array(piece))
    }
    let cut = decode(pieces, version, limits)
    check(cut.code == whole.code, "\(String(describing: cut.code)), not \(String(describing: whole.code))")
    check(packed(cut.messages, version) == packed(whole.messages, version), "other messages")
    return 0
}

private func chunked(_ message: [UInt8], _ size: () -> Int) -> [UInt8] {
    var stream: [UInt8] = []
    var rest = message[...]
    while !rest.isEmpty {
        let chunk = rest.prefix(size())
        rest = rest.dropFirst(chunk.count)
        stream += [UInt8(chunk.count >> 8), UInt8(chunk.count & 255)] + chunk
    }
    return stream + [0, 0]
}

private func decode(
    _ pieces: [[UInt8]], _ version: BoltVersion, _ limits: DecodingLimits
) -> (messages: [BoltStructure], code: BoltWireError.Code?) {
    var decoder = MessageDecoder(version: version, limits: limits)
    var messages: [BoltStructure] = []
    do throws(BoltWireError) {
        for piece in pieces {
            decoder.append(piece)
            while let message = try decoder.nextMessage() { messages.append(message) }
        }
        return (messages, nil)
    } catch {
        decoder.append([0, 0])
        do throws(BoltWireError) {
            _ = try decoder.nextMessage()
            fatalError("an error that did not stay: \(error)")
        } catch let again {
            check(again == error, "\(again) after \(error)")
        }
        return (messages, error.code)
    }
}

/// Messages to be compared: a number may be none that is equal to itself.
private func packed(_ messages: [BoltStructure], _ version: BoltVersion) -> [UInt8]? {
    var encoder = MessageEncoder(version: version, writesResults: true)
    do throws(BoltWireError) {
        for message in messages { try encoder.message(message) }
        return encoder.bytes
    } catch {
        return nil
    }
}

/// Writes a value and reads it again: the bytes are then the same.
private func checkRoundTrip(_ value: BoltValue, _ version: BoltVersion) {
    var writer = PackStreamWriter(dialect: PackStreamDialect(version))
    writer.writesResults = true
    writer.value(value)
    if let failure = writer.failure {
        // Every version reads what only some of them write.
        let reasons = ["counted on", "needs Bolt 6", "behind the last second"]
        check(reasons.contains { failure.message.contains($0) }, "read, not written: \(failure)")
        return
    }
    check(writer.missing == -1, "\(writer.missing) values missing")
    do throws(BoltWireError) {
        var second = PackStreamWriter(dialect: PackStreamDialect(version))
        second.writesResults = true
        second.value(try read(writer.bytes, version))
        check(second.bytes == writer.bytes, "another value than \(value)")
    } catch {
        fatalError("written, not read: \(error): \(value)")
    }
    if case .path(let path) = value { check(path.steps.count == path.indices.count / 2, "steps of \(path)") }
}

private func read(_ bytes: [UInt8], _ version: BoltVersion) throws(BoltWireError) -> BoltValue {
    let limits = DecodingLimits(values: .max)
    var reader = PackStreamReader(from: 0, to: bytes.count, dialect: PackStreamDialect(version), limits: limits)
    let value = try reader.value(bytes.span)
    check(reader.isAtEnd, "bytes are left of \(value)")
    return value
}
