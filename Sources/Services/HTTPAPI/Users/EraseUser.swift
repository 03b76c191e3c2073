import Erasing
import HTTPMessages
import HTTPServer
import HTTPWire
import JSON

extension HTTPAPI {
    /// `DELETE /users/{id}`: removes all that is held about a user. Of a user who is not there, nothing is removed.
    func eraseUser(_ request: HTTPRequest, _ path: PathParameters) async throws(Problem) -> HTTPResponse {
        let userID = try user(path["id"])
        try leave(
            LateWork(
                detail:
                    "Erasing the user takes longer than a request may, and goes on: repeat the request to see what is left, or use "
                    + "debias-events user erase."), in: request)
        let report = await erasure.erase(userID: userID)
        if let failure = report.failure { throw .unavailable("The \(failure)") }
        return .json(report.json.bytes)
    }
}
