import Arguments
import Messaging

/// The retry ladder as text: `5s,30s,5m`; `none` for no retries.
struct RetryDelays: ArgumentValue, Hashable {
    let list: [PipelineTopology.RetryDelay]

    init(_ list: [PipelineTopology.RetryDelay]) {
        self.list = list
    }

    init(argument: String) throws(ArgumentValueError) {
        guard argument != "none" else {
            list = []
            return
        }
        var list: [PipelineTopology.RetryDelay] = []
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            let milliseconds = try Duration(argument: String(part)) / .milliseconds(1)
            guard milliseconds >= 1, milliseconds <= 86_400_000, list.count < 16 else {
                throw ArgumentValueError(expected: "at most 16 delays of 1ms to 24h, such as 5s,30s,5m")
            }
            list.append(PipelineTopology.RetryDelay(milliseconds: Int64(milliseconds)))
        }
        guard Set(list).count == list.count else {
            throw ArgumentValueError(expected: "delays that all differ, since each has its own queue")
        }
        self.list = list
    }

    var argumentText: String { list.isEmpty ? "none" : list.map(\.label).joined(separator: ",") }
}
