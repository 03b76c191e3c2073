/// Applies changes to a JSON value: a JSON Patch (RFC 6902) or a JSON Merge Patch (RFC 7396).
///
/// Functions only, safe to use from any thread.
public enum JSONPatch {
    /// The error for a patch that is not valid, or does not fit the value.
    public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// What is wrong, and with which operation, counted from 1. The text may repeat names of the patch.
        public let description: String

        init(_ description: String) {
            self.description = description
        }
    }

    /// Applies a patch as a whole, or not at all.
    ///
    /// An object is a JSON Merge Patch: its members replace those of the value, at every level, and `null` removes. An
    /// array is a JSON Patch, whose operations (`add`, `remove`, `replace`, `move`, `copy`, `test`) are applied in turn;
    /// removing the whole value leaves `null`. Numbers are compared as ``JSONValue`` compares them: for a `test`, `1`
    /// and `1.0` differ.
    ///
    /// The result can be deeper than both arguments: a level of the patch may stand in the deepest level of the value.
    ///
    /// - Parameters:
    ///   - patch: An object or an array of operations.
    ///   - value: What is changed. It is not modified.
    /// - Returns: The changed value.
    /// - Throws: ``Failure`` if the patch has neither form, if an operation is not valid or names a place that does not
    ///   exist, or if a `test` does not hold.
    public static func apply(_ patch: JSONValue, to value: JSONValue) throws(Failure) -> JSONValue {
        switch patch {
        case .object: return merged(value, patch)
        case .array(let operations):
            var value = value
            for (index, operation) in operations.enumerated() {
                do throws(Failure) {
                    try apply(operation: operation, &value)
                } catch {
                    throw Failure("operation \(index + 1): \(error.description)")
                }
            }
            return value
        default: throw Failure("a patch is an object (RFC 7396) or an array of operations (RFC 6902)")
        }
    }

    private static func merged(_ value: JSONValue, _ patch: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var fields: [String: JSONValue] = if case .object(let fields) = value { fields } else { [:] }
        for (key, change) in changes {
            fields[key] = change == .null ? nil : merged(fields[key] ?? .null, change)
        }
        return .object(fields)
    }

    private static func apply(operation: JSONValue, _ value: inout JSONValue) throws(Failure) {
        guard case .object(let fields) = operation, case .string(let name) = fields["op"] else {
            throw Failure("a string \"op\" is missing")
        }
        let path = try pointer(fields, "path")
        func operand() throws(Failure) -> JSONValue {
            guard let operand = fields["value"] else { throw Failure("\(name) needs a \"value\"") }
            return operand
        }
        switch name {
        case "add": try change(&value, path[...], .add(try operand()))
        case "remove": try change(&value, path[...], .remove)
        case "replace":
            _ = try find(value, path)
            try change(&value, path[...], .replace(try operand()))
        case "move":
            let from = try pointer(fields, "from")
            guard !(path.count > from.count && path.starts(with: from)) else {
                throw Failure("a value cannot move into itself")
            }
            let moved = try find(value, from)
            try change(&value, from[...], .remove)
            try change(&value, path[...], .add(moved))
        case "copy": try change(&value, path[...], .add(try find(value, try pointer(fields, "from"))))
        case "test":
            guard try find(value, path) == operand() else { throw Failure("the value at the path differs") }
        default: throw Failure("\(name) is not an operation")
        }
    }

    /// The steps of a JSON Pointer (RFC 6901).
    private static func pointer(_ fields: [String: JSONValue], _ name: String) throws(Failure) -> [String] {
        guard case .string(let text) = fields[name] else { throw Failure("a string \"\(name)\" is missing") }
        if text.isEmpty { return [] }
        guard text.hasPrefix("/") else { throw Failure("\"\(name)\" does not begin with /") }
        return text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { part in
            // In this order, as ~01 stands for ~1 (section 4).
            part.split(separator: "~1", omittingEmptySubsequences: false).joined(separator: "/")
                .split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~")
        }
    }

    private static func find(_ value: JSONValue, _ path: [String]) throws(Failure) -> JSONValue {
        var value = value
        for step in path {
            switch value {
            case .object(let fields):
                guard let field = fields[step] else { throw missing(step) }
                value = field
            case .array(let elements): value = elements[try index(step, below: elements.count)]
            default: throw missing(step)
            }
        }
        return value
    }

    private enum Change {
        case add(JSONValue), replace(JSONValue), remove
    }

    private static func change(
        _ value: inout JSONValue, _ path: ArraySlice<String>, _ change: Change
    ) throws(Failure) {
        guard let step = path.first else {
            switch change {
            case .add(let new), .replace(let new): value = new
            case .remove: value = .null
            }
            return
        }
        let isLast = path.count == 1
        switch value {
        case .object(var fields):
            if isLast {
                switch change {
                case .add(let new), .replace(let new): fields[step] = new
                case .remove: guard fields.removeValue(forKey: step) != nil else { throw missing(step) }
                }
            } else {
                guard var field = fields[step] else { throw missing(step) }
                try self.change(&field, path.dropFirst(), change)
                fields[step] = field
            }
            value = .object(fields)
        case .array(var elements):
            if isLast {
                switch change {
                case .add(let new):
                    elements.insert(
                        new, at: step == "-" ? elements.count : try index(step, below: elements.count + 1))
                case .replace(let new): elements[try index(step, below: elements.count)] = new
                case .remove: elements.remove(at: try index(step, below: elements.count))
                }
            } else {
                try self.change(&elements[try index(step, below: elements.count)], path.dropFirst(), change)
            }
            value = .array(elements)
        default: throw missing(step)
        }
    }

    private static func index(_ step: String, below count: Int) throws(Failure) -> Int {
        guard let index = Int(step), index >= 0, String(index) == step, index < count else { throw missing(step) }
        return index
    }

    private static func missing(_ step: String) -> Failure { Failure("\"\(step)\" does not exist") }
}
