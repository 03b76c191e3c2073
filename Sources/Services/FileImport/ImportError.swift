package import Gzip
package import Stores

/// Why an import stopped before the end of the file. Events that were written stay; running the import again does the
/// rest, and counts those events as duplicates.
package struct ImportError: Error, Sendable, Equatable {
    package enum Reason: Sendable, Equatable {
        /// The file could not be read further.
        case unreadable(GzipFileError)
        /// The first line is not of a known format; nothing was written.
        case unrecognised(UnrecognisedFormat)
        /// A store did not take the events of these physical lines.
        case store(Store, StoreError, lines: ClosedRange<Int>)
    }

    /// One of the two stores.
    package enum Store: String, Sendable, Hashable {
        case graph
        case profiles
    }

    package var input: String
    package var reason: Reason
    /// The result up to the failure.
    package var summary: ImportSummary

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
        return "; \(summary.read) records up to line \(summary.line) are imported, "
            + "and running the import again does the rest without duplicates"
    }
}
