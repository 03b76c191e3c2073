import Gzip
import Messaging
import Platform

extension DeadLetterArchive {
    /// Removes the letters of a user from every file, which is then replaced in one step; lines that are no letters stay.
    ///
    /// - Throws: `.busy` while another erasure is at work; `SystemError` if a file cannot be written; `.failed` if files
    ///   could not be read, once all others are done.
    package func erase(userID: Int64) async throws -> ErasedLetters {
        guard FileSystem.exists(directory) else { return ErasedLetters() }
        // Two that rewrite one file would take each other's half.
        let lock = try FileLock(path: directory + ".lock")
        guard try lock.tryLock() else {
            throw MessagingError(.busy, "another erasure works on \(directory): try again when it has ended")
        }
        defer { lock.unlock() }
        var erased = ErasedLetters()
        var unreadable: [String] = []
        for name in try FileSystem.list(directory).sorted() {
            let path = "\(directory)/\(name)"
            if name.hasSuffix(Self.unfinished) {
                // Who died while writing it, or is about to name it, has its letters in the queue or in another file.
                try FileSystem.remove(path)
                continue
            }
            do {
                try await erase(userID, from: path, &erased)
            } catch let error as GzipFileError {
                unreadable.append("\(error)")
            } catch let error as LetterFile.Unreadable {
                unreadable.append("\(path): \(error)")
            }
        }
        guard unreadable.isEmpty else {
            throw MessagingError(
                .failed, "remove or mend the files that cannot be read: \(unreadable.joined(separator: "; "))")
        }
        return erased
    }

    /// Looks first: most files need not be written again.
    private func erase(_ userID: Int64, from path: String, _ erased: inout ErasedLetters) async throws {
        var found = ErasedLetters()
        try await forEachBatch(of: path) { lines in
            for line in lines { _ = found.removes(letterOf: Self.owner(of: line), erasing: userID) }
        }
        if found.removed > 0 {
            let new = path + Self.unfinished
            var isEmpty = true
            try await forEachBatch(of: path) { lines in
                let kept = lines.filter { Self.owner(of: $0) != userID }.flatMap { $0 + [UInt8(ascii: "\n")] }
                if kept.isEmpty { return }
                isEmpty = false
                try FileSystem.append(Gzip.compress(kept), to: new)
            }
            if isEmpty {
                try FileSystem.remove(path)
                try FileSystem.synchronize(directory)
            } else {
                try FileSystem.synchronize(new)
                try FileSystem.rename(new, to: path)
            }
        }
        erased.removed += found.removed
        erased.unattributable += found.unattributable
    }

    private func forEachBatch(of path: String, _ body: ([[UInt8]]) throws -> Void) async throws {
        let reader = try LetterReader(path)
        while true {
            let lines = try await reader.next()
            if lines.isEmpty { return }
            try body(lines)
        }
    }

    private static func owner(of line: [UInt8]) -> Int64? {
        (try? LetterFile.message(line)).flatMap { DeadLetter($0).userID }
    }
}
