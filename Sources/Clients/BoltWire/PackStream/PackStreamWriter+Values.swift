import Bytes

extension PackStreamWriter {
    /// Writes a value.
    ///
    /// - Parameter value: The value. One that the dialect does not have, that is nested deeper than
    ///   ``DecodingLimits/deepestNesting``, or that servers take from no client (a node, a relationship, a path, a map in
    ///   which a key stands twice) is an error of the message.
    public mutating func value(_ value: BoltValue) {
        self.value(value, depth: 0)
    }

    /// Writes a map.
    ///
    /// - Parameter map: The map; its values have the limits of ``value(_:)``.
    public mutating func map(_ map: BoltMap) {
        self.map(map, depth: 1)
    }

    private mutating func map(_ map: BoltMap, depth: Int) {
        guard nest(depth) else { return }
        if !writesResults, map.entries.count > 1, Set(map.entries.map(\.key)).count < map.entries.count {
            return fail("a map in which a key stands twice, which Neo4j refuses")
        }
        self.map(count: map.entries.count)
        for entry in map.entries {
            string(entry.key)
            value(entry.value, depth: depth)
        }
    }

    private mutating func values(_ values: [BoltValue], depth: Int) {
        for value in values { self.value(value, depth: depth) }
    }

    private mutating func value(_ value: BoltValue, depth: Int) {
        switch value {
        case .null: null()
        case .boolean(let value): boolean(value)
        case .integer(let value): integer(value)
        case .float(let value): float(value)
        case .bytes(let value): bytes(value)
        case .string(let value): string(value)
        case .list(let list):
            guard nest(depth + 1) else { return }
            self.list(count: list.count)
            values(list, depth: depth + 1)
        case .map(let value): map(value, depth: depth + 1)
        case .structure(let structure):
            guard nest(depth + 1) else { return }
            self.structure(structure.tag, count: structure.fields.count)
            values(structure.fields, depth: depth + 1)
        case .date(let date):
            self.structure(StructureTag.date, count: 1)
            integer(date.days)
        case .time(let time):
            self.structure(StructureTag.time, count: 2)
            timeOfDay(time.nanoseconds)
            integer(Int(time.offset))
        case .localTime(let time):
            self.structure(StructureTag.localTime, count: 1)
            timeOfDay(time.nanoseconds)
        case .dateTime(let time): dateTime(time)
        case .zonedDateTime(let time): zonedDateTime(time)
        case .localDateTime(let time):
            self.structure(StructureTag.localDateTime, count: 2)
            integer(time.seconds)
            nanoseconds(time.nanoseconds)
        case .duration(let duration): self.duration(duration)
        case .point(let point): self.point(point)
        case .vector(let vector): self.vector(vector)
        case .uuid(let uuid):
            guard dialect.hasUUIDs else { return fail("a UUID as a value needs Bolt 6.1") }
            missing -= 1
            written.append(Marker.uuid)
            written.append(bigEndian: uuid.high)
            written.append(bigEndian: uuid.low)
        case .node(let node):
            if isResultAllowed(depth + 1) { self.node(node, depth: depth + 1) }
        case .relationship(let relationship):
            if isResultAllowed(depth + 1) { self.relationship(relationship, depth: depth + 1) }
        case .unboundRelationship(let relationship):
            if isResultAllowed(depth + 1) { self.relationship(relationship, depth: depth + 1) }
        case .path(let path):
            if isResultAllowed(depth + 1) { self.path(path, depth: depth + 1) }
        case .unsupported(let type):
            if isResultAllowed(depth + 1) { unsupported(type, depth: depth + 1) }
        }
    }

    private mutating func nest(_ depth: Int) -> Bool {
        if depth > DecodingLimits.deepestNesting {
            fail("lists, maps and structures are nested deeper than \(DecodingLimits.deepestNesting)")
        }
        return failure == nil
    }

    private mutating func point(_ point: BoltPoint) {
        structure(point.z == nil ? StructureTag.point2D : StructureTag.point3D, count: point.z == nil ? 3 : 4)
        integer(point.srid)
        float(point.x)
        float(point.y)
        if let z = point.z { float(z) }
    }

    // MARK: Times

    private mutating func duration(_ duration: BoltDuration) {
        structure(StructureTag.duration, count: 4)
        integer(duration.months)
        integer(duration.days)
        integer(duration.seconds)
        integer(duration.nanoseconds)
    }

    private mutating func dateTime(_ time: BoltDateTime) {
        var seconds = time.seconds
        if dialect.hasLocalDateTimes {
            let (local, isOverflow) = seconds.addingReportingOverflow(Int(time.offset))
            if isOverflow { return fail("a time behind the last second") }
            seconds = local
        }
        structure(dialect.hasLocalDateTimes ? StructureTag.oldDateTime : StructureTag.dateTime, count: 3)
        integer(seconds)
        nanoseconds(time.nanoseconds)
        integer(Int(time.offset))
    }

    private mutating func zonedDateTime(_ time: BoltZonedDateTime) {
        guard (time.clock == .local) == dialect.hasLocalDateTimes else {
            return fail(
                "a time in \(time.zone) is counted on \(time.clock == .local ? "the zone's clock" : "UTC"), and this "
                    + "version of Bolt counts it otherwise; the zone's rules are not known here")
        }
        structure(
            dialect.hasLocalDateTimes ? StructureTag.oldZonedDateTime : StructureTag.zonedDateTime, count: 3)
        integer(time.seconds)
        nanoseconds(time.nanoseconds)
        string(time.zone)
    }

    private mutating func timeOfDay(_ nanoseconds: Int) {
        guard BoltLocalTime.range ~= nanoseconds else { return fail("a time of the day outside of the day") }
        integer(nanoseconds)
    }

    private mutating func nanoseconds(_ nanoseconds: Int32) {
        guard 0...999_999_999 ~= nanoseconds else { return fail("\(nanoseconds) nanoseconds of one second") }
        integer(Int(nanoseconds))
    }

    // MARK: Bolt 6

    private mutating func vector(_ vector: BoltVector) {
        guard dialect.hasVectors else { return fail("a vector needs Bolt 6.0") }
        structure(StructureTag.vector, count: 2)
        switch vector {
        case .int8(let numbers): elements(Marker.int8, numbers)
        case .int16(let numbers): elements(Marker.int16, numbers)
        case .int32(let numbers): elements(Marker.int32, numbers)
        case .int64(let numbers): elements(Marker.int64, numbers)
        case .float32(let numbers): elements(Marker.float32, numbers.map(\.bitPattern))
        case .float64(let numbers): elements(Marker.float64, numbers.map(\.bitPattern))
        }
    }

    private mutating func elements<Number: FixedWidthInteger>(_ marker: UInt8, _ numbers: [Number]) {
        bytes([marker])
        missing -= 1
        header(numbers.count * (Number.bitWidth / 8), tiny: nil, Marker.bytes8)
        for number in numbers { written.append(bigEndian: number) }
    }

    // MARK: Results

    /// Servers refuse these values of a client with a failure that says less.
    private mutating func isResultAllowed(_ depth: Int) -> Bool {
        guard writesResults else {
            fail("nodes, relationships, paths and stand-ins cannot be sent: send their ids or properties")
            return false
        }
        return nest(depth)
    }

    private mutating func path(_ path: BoltPath, depth: Int) {
        structure(StructureTag.path, count: 3)
        list(path.nodes) { $1.node($0, depth: depth + 2) }
        list(path.relationships) { $1.relationship($0, depth: depth + 2) }
        list(path.indices) { $1.integer($0) }
    }

    private mutating func unsupported(_ type: BoltUnsupportedType, depth: Int) {
        structure(StructureTag.unsupported, count: 4)
        string(type.name)
        integer(Int(type.firstVersion.major))
        integer(Int(type.firstVersion.minor))
        map(type.details, depth: depth + 1)
    }

    private mutating func relationship(_ bound: BoltRelationship, depth: Int) {
        structure(StructureTag.relationship, count: 8)
        integer(bound.relationship.id)
        integer(bound.startID)
        integer(bound.endID)
        string(bound.relationship.type)
        map(bound.relationship.properties, depth: depth + 1)
        string(bound.relationship.elementID)
        string(bound.startElementID)
        string(bound.endElementID)
    }

    private mutating func node(_ node: BoltNode, depth: Int) {
        structure(StructureTag.node, count: 4)
        integer(node.id)
        list(node.labels) { $1.string($0) }
        map(node.properties, depth: depth + 1)
        string(node.elementID)
    }

    private mutating func relationship(_ relationship: BoltUnboundRelationship, depth: Int) {
        structure(StructureTag.unboundRelationship, count: 4)
        integer(relationship.id)
        string(relationship.type)
        map(relationship.properties, depth: depth + 1)
        string(relationship.elementID)
    }
}
