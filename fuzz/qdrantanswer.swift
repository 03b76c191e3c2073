import HTTPMessages
import JSON

/// An answer of Qdrant, read as every kind of answer: nothing traps, an error is one that says so, and what is read of a
/// payload and a vector is read again from what is written of it.
///
/// The first octet chooses the status and the kind; the rest is the body.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzQdrantAnswer(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = input(start, count)
    guard let choice = input.first else { return 0 }
    let body = Array(input.dropFirst())
    if choice >= 0xf0 {
        let error = QdrantRequest<Int>.count(in: "c").refusal(HTTPStatus(400 + Int(choice & 15)), body, nil)
        check(error.message.utf8.count < 6_000, "a long text")
        check(!error.message.unicodeScalars.contains { $0.value < 0x20 }, "a control character in a text")
        return 0
    }
    let operation = QdrantOperation.delete(.ids([1]))
    switch choice % 12 {
    case 0: read(.points([], in: "c"), body).map(checkRecords)
    case 1: read(.scroll(QdrantScroll(), in: "c"), body).map { checkRecords($0.points) }
    case 2: read(.query(QdrantQuery(), in: "c"), body).map(checkRecords)
    case 3: read(.queries([QdrantQuery()], in: "c"), body).map { check($0.count == 1, "another number of answers") }
    case 4:
        read(.groups(of: QdrantQuery(), by: "k", size: 1, in: "c"), body).map { $0.forEach { checkRecords($0.points) } }
    case 5: _ = read(.facet(of: "k", in: "c"), body)
    case 6: _ = read(.collection("c"), body)
    case 7: read(.update(operation, in: "c"), body).map { check($0.isApplied, "done and not applied") }
    case 8:
        read(.updates([operation, operation], in: "c"), body).map {
            check($0.count == 2, "another number of operations")
        }
    case 9: _ = read(.aliases(), body)
    case 10: _ = read(.cluster, body)
    default: read(.count(in: "c"), body).map { check($0 >= 0, "\($0)") }
    }
    return 0
}

private func read<Answer>(_ request: QdrantRequest<Answer>, _ body: [UInt8]) -> Answer? {
    do throws(QdrantError) {
        return try request.decode(200, body)
    } catch {
        check(error.code == .malformedAnswer || error.code == .notApplied, "\(error.code)")
        check(error.isOutcomeUnknown == !request.isRead, "an outcome: \(error)")
        return nil
    }
}

private func checkRecords(_ records: [QdrantRecord]) {
    for record in records {
        if case .uuid = record.id { check(QdrantPointID(uuid: "\(record.id)") == record.id, "\(record.id)") }
        if let payload = record.payload {
            check(payload.bytes.first == UInt8(ascii: "{") && payload.bytes.last == UInt8(ascii: "}"), "no object")
            _ = try? payload.fields()
        }
        guard let vector = record.vector, QdrantVector.isFinite(vector.span) else { continue }
        var json = JSONWriter()
        json.floats(vector.span)
        var reader = JSONReader(json.bytes)
        let again = try? reader.floats()
        check(again?.map(\.bitPattern) == vector.map(\.bitPattern), "another vector than \(vector)")
    }
}
