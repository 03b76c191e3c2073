import Bytes

// Structures that are values (Bolt's page "Structure semantics").
extension PackStreamReader {
    /// A structure, of which the marker has been read.
    mutating func structure(_ bytes: Span<UInt8>, count: Int, depth: Int) throws(BoltWireError) -> BoltValue {
        try nest(depth)
        try spend(count)
        let tag = try uint8(bytes)
        switch (tag, count) {
        case (StructureTag.node, 3...4): return .node(try node(bytes, count: count, depth: depth))
        case (StructureTag.relationship, 5), (StructureTag.relationship, 8):
            return .relationship(try relationship(bytes, count: count, depth: depth))
        case (StructureTag.unboundRelationship, 3...4):
            return .unboundRelationship(try unboundRelationship(bytes, count: count, depth: depth))
        case (StructureTag.path, 3): return .path(try path(bytes, depth: depth))
        case (StructureTag.date, 1): return .date(BoltDate(days: try integer(bytes)))
        case (StructureTag.time, 2):
            return .time(BoltTime(nanoseconds: try timeOfDay(bytes), offset: try offset(bytes)))
        case (StructureTag.localTime, 1): return .localTime(BoltLocalTime(nanoseconds: try timeOfDay(bytes)))
        case (StructureTag.dateTime, 3):
            return .dateTime(
                BoltDateTime(
                    seconds: try integer(bytes), nanoseconds: try nanoseconds(bytes), offset: try offset(bytes)))
        case (StructureTag.oldDateTime, 3): return .dateTime(try oldDateTime(bytes))
        case (StructureTag.zonedDateTime, 3): return .zonedDateTime(try zonedDateTime(bytes, .utc))
        case (StructureTag.oldZonedDateTime, 3): return .zonedDateTime(try zonedDateTime(bytes, .local))
        case (StructureTag.localDateTime, 2):
            return .localDateTime(
                BoltLocalDateTime(seconds: try integer(bytes), nanoseconds: try nanoseconds(bytes)))
        case (StructureTag.duration, 4):
            return .duration(
                BoltDuration(
                    months: try integer(bytes), days: try integer(bytes), seconds: try integer(bytes),
                    nanoseconds: try integer(bytes)))
        case (StructureTag.point2D, 3):
            return .point(BoltPoint(srid: try integer(bytes), x: try float(bytes), y: try float(bytes)))
        case (StructureTag.point3D, 4):
            return .point(
                BoltPoint(srid: try integer(bytes), x: try float(bytes), y: try float(bytes), z: try float(bytes)))
        case (StructureTag.vector, 2): return .vector(try vector(bytes))
        case (StructureTag.unsupported, 4): return .unsupported(try unsupported(bytes, depth: depth))
        case _ where StructureTag.all.contains(tag):
            throw .malformed("a structure with the tag \(tag) has \(count) fields")
        default: return .structure(BoltStructure(tag, try values(bytes, count: count, depth: depth)))
        }
    }

    // MARK: The graph

    private mutating func node(_ bytes: Span<UInt8>, count: Int, depth: Int) throws(BoltWireError) -> BoltNode {
        let (id, labels) = (try integer(bytes), try strings(bytes, depth: depth + 1))
        let properties = try map(bytes, depth: depth + 1)
        return BoltNode(
            id: id, elementID: count == 4 ? try string(bytes) : nil, labels: labels, properties: properties)
    }

    private mutating func relationship(
        _ bytes: Span<UInt8>, count: Int, depth: Int
    ) throws(BoltWireError) -> BoltRelationship {
        let (id, start, end) = (try integer(bytes), try integer(bytes), try integer(bytes))
        let type = try string(bytes)
        let properties = try map(bytes, depth: depth + 1)
        guard count == 8 else {
            return BoltRelationship(
                BoltUnboundRelationship(id: id, type: type, properties: properties), startID: start, endID: end)
        }
        return BoltRelationship(
            BoltUnboundRelationship(id: id, elementID: try string(bytes), type: type, properties: properties),
            startID: start, startElementID: try string(bytes), endID: end, endElementID: try string(bytes))
    }

    private mutating func unboundRelationship(
        _ bytes: Span<UInt8>, count: Int, depth: Int
    ) throws(BoltWireError) -> BoltUnboundRelationship {
        let (id, type) = (try integer(bytes), try string(bytes))
        let properties = try map(bytes, depth: depth + 1)
        return BoltUnboundRelationship(
            id: id, elementID: count == 4 ? try string(bytes) : nil, type: type, properties: properties)
    }

    private mutating func path(_ bytes: Span<UInt8>, depth: Int) throws(BoltWireError) -> BoltPath {
        try nest(depth + 2)
        var nodes: [BoltNode] = []
        for _ in 0..<(try listCount(bytes)) {
            let (count, tag) = try structureStart(bytes)
            guard tag == StructureTag.node, 3...4 ~= count else { throw .malformed("a path of something but nodes") }
            nodes.append(try node(bytes, count: count, depth: depth + 2))
        }
        var relationships: [BoltUnboundRelationship] = []
        for _ in 0..<(try listCount(bytes)) {
            let (count, tag) = try structureStart(bytes)
            guard tag == StructureTag.unboundRelationship, 3...4 ~= count else {
                throw .malformed("a path along something but relationships")
            }
            relationships.append(try unboundRelationship(bytes, count: count, depth: depth + 2))
        }
        var indices: [Int] = []
        for _ in 0..<(try listCount(bytes)) { indices.append(try integer(bytes)) }
        guard let path = BoltPath(nodes: nodes, relationships: relationships, indices: indices) else {
            throw .malformed("a path that leads to nothing")
        }
        return path
    }

    private mutating func strings(_ bytes: Span<UInt8>, depth: Int) throws(BoltWireError) -> [String] {
        try nest(depth)
        var strings: [String] = []
        for _ in 0..<(try listCount(bytes)) { strings.append(try string(bytes)) }
        return strings
    }

    // MARK: Times

    private mutating func timeOfDay(_ bytes: Span<UInt8>) throws(BoltWireError) -> Int {
        let nanoseconds = try integer(bytes)
        guard BoltLocalTime.range ~= nanoseconds else { throw .malformed("a time of the day outside of the day") }
        return nanoseconds
    }

    private mutating func nanoseconds(_ bytes: Span<UInt8>) throws(BoltWireError) -> Int32 {
        let nanoseconds = try integer(bytes)
        guard 0...999_999_999 ~= nanoseconds else { throw .malformed("\(nanoseconds) nanoseconds of one second") }
        return Int32(nanoseconds)
    }

    private mutating func offset(_ bytes: Span<UInt8>) throws(BoltWireError) -> Int32 {
        let seconds = try integer(bytes)
        guard let offset = Int32(exactly: seconds) else { throw .malformed("an offset of \(seconds) seconds") }
        return offset
    }

    /// The seconds are those of the clock that showed the time.
    private mutating func oldDateTime(_ bytes: Span<UInt8>) throws(BoltWireError) -> BoltDateTime {
        let (local, nanoseconds, offset) = (try integer(bytes), try nanoseconds(bytes), try offset(bytes))
        let (seconds, isOverflow) = local.subtractingReportingOverflow(Int(offset))
        guard !isOverflow else { throw .malformed("a time before the first second") }
        return BoltDateTime(seconds: seconds, nanoseconds: nanoseconds, offset: offset)
    }

    private mutating func zonedDateTime(
        _ bytes: Span<UInt8>, _ clock: BoltZonedDateTime.Clock
    ) throws(BoltWireError) -> BoltZonedDateTime {
        BoltZonedDateTime(
            seconds: try integer(bytes), nanoseconds: try nanoseconds(bytes), zone: try string(bytes), clock: clock)
    }

    // MARK: Bolt 6

    private mutating func vector(_ bytes: Span<UInt8>) throws(BoltWireError) -> BoltVector {
        let type = try self.bytes(bytes)
        let data = try self.bytes(bytes)
        let (marker, width): (UInt8, Int) =
            switch type {
            case [Marker.int8]: (Marker.int8, 1)
            case [Marker.int16]: (Marker.int16, 2)
            case [Marker.int32]: (Marker.int32, 4)
            case [Marker.int64]: (Marker.int64, 8)
            case [Marker.float32]: (Marker.float32, 4)
            case [Marker.float64]: (Marker.float64, 8)
            default: throw .malformed("a vector of an unknown type")
            }
        guard data.count.isMultiple(of: width) else { throw .malformed("a vector with a part of a number") }
        let span = data.span
        let places = stride(from: 0, to: data.count, by: width)
        switch marker {
        case Marker.int8: return .int8(data.map { Int8(bitPattern: $0) })
        case Marker.int16: return .int16(places.map { Int16(bitPattern: span.uint16(at: $0)) })
        case Marker.int32: return .int32(places.map { Int32(bitPattern: span.uint32(at: $0)) })
        case Marker.int64: return .int64(places.map { Int64(bitPattern: span.uint64(at: $0)) })
        case Marker.float32: return .float32(places.map { Float(bitPattern: span.uint32(at: $0)) })
        default: return .float64(places.map { Double(bitPattern: span.uint64(at: $0)) })
        }
    }

    private mutating func unsupported(_ bytes: Span<UInt8>, depth: Int) throws(BoltWireError) -> BoltUnsupportedType {
        let (name, major, minor) = (try string(bytes), try integer(bytes), try integer(bytes))
        guard let major = UInt8(exactly: major), let minor = UInt8(exactly: minor) else {
            throw .malformed("a type that needs Bolt \(major).\(minor)")
        }
        return BoltUnsupportedType(
            name: name, firstVersion: BoltVersion(major, minor), details: try map(bytes, depth: depth + 1))
    }
}

extension BoltLocalTime {
    /// The nanoseconds of a day.
    static let range = 0...86_399_999_999_999
}
