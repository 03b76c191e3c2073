package import Gzip
package import Stores

/// The result of an import of product vectors, so far or in all. Counts only batches that the store has.
package struct CatalogueSummary: Sendable, Hashable {
    /// Records that are not blank, without the header.
    package var read = 0
    /// Records that gave no vector.
    package var rejected = 0
    /// The number of components of each vector; 0 before the first one.
    package var dimension = 0
    /// The physical line on which the last record starts.
    package var line = 0
    /// The bytes of the file that are consumed; compressed bytes for a compressed file.
    package var bytes = 0
    /// Bytes of the file; nil for a pipe.
    package var totalBytes: Int?
    /// Whether the end of the file was reached; false if the import was cancelled.
    package var isComplete = false
    /// The time since the import began.
    package var time = Duration.zero

    package init() {}

    /// Records whose vectors are stored.
    package var stored: Int { read - rejected }

    /// Why the import is a failure although no error ended it; nil if it is none. A catalogue that lacks products leaves
    /// stand-ins in their places, which nobody would notice.
    package var failure: String? {
        guard isComplete else { return "the import stopped before the end of the file; run it again to continue" }
        if read == 0 { return "the file has no products" }
        guard rejected > 0 else { return nil }
        return "\(rejected) of \(read) records gave no vector: correct them, and import the file again; what is stored "
            + "already stays as it is"
    }
}

/// Why an import stopped before the end of the file. Vectors that were written stay.
package struct CatalogueImportError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        /// The file could not be read further.
        case unreadable(GzipFileError)
        /// The first line, whose beginning this is, is no product's vector and no header; nothing was written.
        case unrecognised(String)
        /// The store did not take the vectors of these physical lines.
        case store(StoreError, lines: ClosedRange<Int>)
    }

    package var input: String
    package var reason: Reason
    /// The result up to the failure.
    package var summary: CatalogueSummary

    /// What failed, and what to do next.
    package var description: String {
        switch reason {
        case .unreadable(let error): "\(error)\(resumption)"
        case .unrecognised(let excerpt):
            """
            \(input): the first line is no product with its vector: \(excerpt)
            known forms, in UTF-8, plain or gzip:
              {"product_id": 1, "vector": [0.1, -0.2]}   one object per line
              product_id,vector                          a header, and a list in quotes: 1,"[0.1, -0.2]"
              1,0.1,-0.2                                 numbers, with or without a header
            """
        case .store(let error, let lines):
            "the vectors of lines \(lines.lowerBound) to \(lines.upperBound) of \(input) are not stored: "
                + "\(error)\(resumption)"
        }
    }

    private var resumption: String {
        guard summary.stored > 0 else { return "" }
        return
            "; \(summary.stored) vectors up to line \(summary.line) are stored, and running the import again does the "
            + "rest"
    }
}
