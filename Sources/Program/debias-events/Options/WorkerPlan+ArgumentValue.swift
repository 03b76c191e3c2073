package import App
package import Arguments

extension WorkerPlan: ArgumentValue {
    /// See ``WorkerPlan/init(_:)``.
    package init(argument: String) throws(ArgumentValueError) {
        do throws(WorkerPlan.Failure) {
            try self.init(argument)
        } catch {
            throw ArgumentValueError(expected: "kinds of workers and their numbers, such as neo4j=2,qdrant=1")
        }
    }

    /// The placeholder for a plan in help texts.
    package static var valueName: String { "kind=number,..." }

    /// The plan as text.
    package var argumentText: String { description }
}

extension WorkerPlan.Kind: ArgumentValue {}
