import Glibc

extension FileSystem {
    /// Gives the content of the file `path` to `body`, in order and in pieces of 1 MiB at most.
    package static func forEachPiece(
        of path: String, _ body: ([UInt8]) throws(SystemError) -> Void
    ) throws(SystemError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .last("open", path: path) }
        defer { close(descriptor) }
        while true {
            var result = 0
            let piece = [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
                result = read(descriptor, buffer.baseAddress, buffer.count)
                count = max(0, result)
            }
            guard result >= 0 else { throw .last("read", path: path) }
            guard !piece.isEmpty else { return }
            try body(piece)
        }
    }

    /// Copies the file `source`, as far as it goes now, to the new file `destination` (accessible to its owner only),
    /// which is on the disk on return.
    ///
    /// - Parameter seen: Is given the content in pieces, in order.
    package static func copy(
        _ source: String, to destination: String, _ seen: ([UInt8]) -> Void
    ) throws(SystemError) {
        let descriptor = open(destination, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .last("open", path: destination) }
        defer { close(descriptor) }
        try forEachPiece(of: source) { piece throws(SystemError) in
            var rest = piece[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                guard count > 0 else { throw .last("write", path: destination) }
                rest = rest.dropFirst(count)
            }
            seen(piece)
        }
        guard fsync(descriptor) == 0 else { throw .last("fsync", path: destination) }
    }
}
