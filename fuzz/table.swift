/// A field table, as the headers of a content and as the arguments of a method: what fails in one leaves the headers out
/// in the other, and nothing else.
///
/// The first octet chooses the bounds, the rest is the table without its length.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTable(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = input(start, count)
    guard let choice = input.first else { return 0 }
    let limits = DecodingLimits(
        frameMax: 1_024 * 1_024, nesting: 1 + Int(choice >> 3), fieldValues: 1 << (2 * Int(choice & 7)))
    var table: [UInt8] = []
    table.append(uint32: UInt32(input.count - 1))
    table += input.dropFirst()

    // Class, weight and size; the flags of headers and priority.
    let header: [UInt8] = [0, 60, 0, 0] + [UInt8](repeating: 0, count: 8) + [0x28, 0] + table + [7]
    guard case .decoded(.header(_, let content)) = decode(framed(2, channel: 1, header), limits) else {
        fatalError("no header")
    }
    check(content.properties.priority == 7, "the property after the headers")
    check((content.properties.headers == nil) == (content.headersFailure != nil), "neither headers nor a reason")
    checkRoundTrip(.header(channel: 1, content))

    // queue.declare with a queue without a name.
    switch decode(framed(1, channel: 1, [0, 50, 0, 10, 0, 0, 0, 0] + table), limits) {
    case .decoded(let frame):
        check(content.headersFailure == nil, "a table in a method, none in a header")
        checkRoundTrip(frame)
    case .failed(let error):
        check(error == content.headersFailure, "\(error), not \(String(describing: content.headersFailure))")
    }
    return 0
}

private enum Outcome {
    case decoded(Frame)
    case failed(WireError)
}

private func decode(_ bytes: [UInt8], _ limits: DecodingLimits) -> Outcome {
    var decoder = FrameDecoder(limits: limits)
    decoder.append(bytes)
    do throws(WireError) {
        guard let frame = try decoder.next() else { fatalError("a whole frame is not enough") }
        return .decoded(frame)
    } catch {
        return .failed(error)
    }
}
