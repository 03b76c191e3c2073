package import Observability
import Platform
package import Recommending

/// Learns vectors of products from what the workers of the process write.
package struct LearningService: Service {
    private let learner: ProductLearner

    /// - Parameters:
    ///   - changes: Receives the sessions of what is written.
    ///   - interval: The time between two rounds.
    package init(_ pipeline: Pipeline, changes: ChangedSessions, interval: Duration, log: Log) {
        learner = ProductLearner(
            ProductLearning(from: pipeline.graph, into: pipeline.profiles), changes: changes, interval: interval
        ) { report in
            log.write(report)
            // A whole round needs many times what a small one does.
            if case .learnedAll = report { ProcessMemory.giveBackFree() }
        }
    }

    /// Learns until the task is cancelled.
    package func run() async {
        var learner = learner
        await learner.run()
    }
}

extension Log {
    fileprivate func write(_ report: ProductLearner.Report) {
        switch report {
        case .learnedAll(let products, let changed, let time):
            self(
                changed > 0 ? .info : .debug, "vectors of all products learned",
                ["products": "\(products)", "changed": "\(changed)", "seconds": time.inSeconds])
        case .learned(let products, let changed):
            self(.debug, "vectors of products learned", ["products": "\(products)", "changed": "\(changed)"])
        case .failed(let error):
            self(.warning, "vectors of products could not be learned", ["error": "\(error)"])
        }
    }
}
