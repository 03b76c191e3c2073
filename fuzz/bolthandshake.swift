/// A server's answer to a handshake, whole and in pieces: the agreement is the same, and one that was offered.
///
/// The first octet chooses the highest version and the sizes of the pieces.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBoltHandshake(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = input(start, count)
    guard let choice = input.first else { return 0 }
    let highest = BoltVersion.known[Int(choice) % BoltVersion.known.count]
    let answer = Array(input.dropFirst())

    var whole = Handshake(highest: highest)
    let atOnce = outcome(&whole, answer)
    var inPieces = Handshake(highest: highest)
    var numbers = Numbers(seed: choice)
    var rest = answer[...]
    var last = Outcome.waits
    while !rest.isEmpty {
        let piece = rest.prefix(1 + numbers.next(below: 6))
        rest = rest.dropFirst(piece.count)
        let next = outcome(&inPieces, Array(piece))
        check(last == .waits || last == next, "\(next) after \(last)")
        last = next
    }
    check(last == atOnce || answer.isEmpty, "\(last), not \(atOnce)")
    check(whole.rest() == inPieces.rest(), "another rest")

    guard case .agreed(let agreement) = atOnce else { return 0 }
    check(BoltVersion.known.contains(agreement.version) && agreement.version <= highest, "\(agreement.version)")
    check(agreement.usedManifest || agreement.version < BoltVersion(6, 0), "\(agreement.version) without a manifest")
    let choiceBytes = [0, 0, agreement.version.minor, agreement.version.major, 0]
    check(agreement.bytes == (agreement.usedManifest ? choiceBytes : []), "\(agreement.bytes)")
    return 0
}

private enum Outcome: Equatable {
    case waits
    case agreed(Handshake.Agreement)
    case failed(BoltWireError)
}

private func outcome(_ handshake: inout Handshake, _ bytes: [UInt8]) -> Outcome {
    do throws(BoltWireError) {
        return try handshake.received(bytes).map { .agreed($0) } ?? .waits
    } catch {
        return .failed(error)
    }
}
