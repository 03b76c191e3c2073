package import Arguments
package import Events
package import FileImport

/// The character between two fields of a line.
struct FieldSeparator: ArgumentValue, Hashable {
    static let comma = FieldSeparator(byte: UInt8(ascii: ","))

    let byte: UInt8

    private init(byte: UInt8) {
        self.byte = byte
    }

    init(argument: String) throws(ArgumentValueError) {
        let text = argument == "tab" || argument == "\\t" ? "\t" : argument
        guard text.utf8.count == 1, let byte = text.utf8.first, !"\"\r\n".utf8.contains(byte) else {
            throw ArgumentValueError(expected: "one ASCII character, or tab")
        }
        self.byte = byte
    }

    var argumentText: String { byte == UInt8(ascii: "\t") ? "tab" : String(Unicode.Scalar(byte)) }

    static var valueName: String { "character" }
}

extension FieldMapping: ArgumentValue {
    /// See ``FieldMapping/init(_:)``.
    package init(argument: String) throws(ArgumentValueError) {
        do throws(MappingError) {
            try self.init(argument)
        } catch {
            throw ArgumentValueError(
                expected: "fields and their columns, such as user=visitorid,product=itemid (\(error))")
        }
    }

    /// The mapping as it was written.
    package var argumentText: String { description }

    /// What stands for the value in the help.
    package static var valueName: String { "field=column,..." }
}

extension EventNames: ArgumentValue {
    /// See ``EventNames/init(_:)``.
    package init(argument: String) throws(ArgumentValueError) {
        do throws(MappingError) {
            try self.init(argument)
        } catch {
            throw ArgumentValueError(
                expected: "names and types, such as clicks=view,carts=cart,orders=purchase (\(error))")
        }
    }

    /// The names as they are written.
    package var argumentText: String { description }

    /// What stands for the value in the help.
    package static var valueName: String { "name=type,..." }
}

extension EventType: ArgumentValue {}
