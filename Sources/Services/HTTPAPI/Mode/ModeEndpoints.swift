import Events
import HTTPMessages
import HTTPServer
import Intake
import JSON

extension HTTPAPI {
    /// `GET /mode`: how posted events come to the stores.
    func currentMode(_: HTTPRequest, _: PathParameters) -> HTTPResponse {
        var json = JSONWriter()
        json.object { json in json.member("mode", mode.mode.rawValue) }
        return .json(json.bytes)
    }

    /// `PUT /mode` with `{"mode": "queue"}`: for the next request; those under way end in the mode that they began in. 503
    /// with the reason if the mode stays.
    func putMode(_ request: HTTPRequest, _: PathParameters) async throws(Problem) -> HTTPResponse {
        let wanted = try decodedBody(request, as: IntakeMode.init(json:))
        let before: IntakeMode
        do throws(ModeControl.Failure) {
            before = try await mode.change(to: wanted)
        } catch {
            throw .unavailable("The mode stays \(mode.mode.rawValue): \(error)")
        }
        var json = JSONWriter()
        json.object { json in
            json.member("mode", wanted.rawValue)
            json.member("previous", before.rawValue)
        }
        return .json(json.bytes)
    }
}

extension IntakeMode {
    fileprivate init(json bytes: [UInt8]) throws(EventRejection) {
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw .malformed(error.description)
        }
        guard case .object(let members) = value else { throw .malformed("expected a JSON object") }
        guard case .string(let name)? = members["mode"], let mode = IntakeMode(rawValue: name) else {
            throw .invalid([
                ValidationIssue(
                    loc: [.field("body"), .field("mode")],
                    msg: "mode is one of \(IntakeMode.allCases.map(\.rawValue).joined(separator: ", "))",
                    type: .valueError)
            ])
        }
        self = mode
    }
}
