package import Gzip
package import Stores

/// Why an import stopped before the end of the file. What it had written until then stays; running it again does the
/// rest, and what is there already counts as duplicates.
package struct ImportError: Error, Sendable, Equatable {
    /// What failed.
    package enum Reason: Sendable, Equatable {
        /// The file could not be read on.
        case unreadable(GzipFileError)
        /// The file's first line is of no known format; nothing was written.
        case unrecognised(UnrecognisedFormat)
        /// A store did not take the events of these physical lines.
        case store(Store, StoreError, lines: ClosedRange<Int>)
    }

    /// One of the two that are written to.
    package enum Store: String, Sendable, Hashable {
        case graph
        case profiles
    }

    /// The file's name.
    package var input: String
    /// What failed.
    package var reason: Reason
    /// What had been done until then.
    package var summary: ImportSummary

    /// An error of these parts.
    package init(input: String, reason: Reason, summary: ImportSummary) {
        self.input = input
        self.reason = reason
        self.summary = summary
    }
}

extension ImportError: CustomStringConvertible {
    /// What failed, and what to do next.
    package var description: String {
        switch reason {
        case .unreadable(let error): "\(error)\(resumption)"
        case .unrecognised(let error): "\(input): \(error)"
        case .store(let store, let error, let lines):
            "the \(store.rawValue) store did not take lines \(lines.lowerBound) to \(lines.upperBound) of \(input): "
                + "\(error)\(resumption)"
        }
    }

    private var resumption: String {
        guard summary.read > 0 else { return "" }
        return "; \(summary.read) records up to line \(summary.line) are done, "
            + "and running the import again does the rest without doubling them"
    }
}
