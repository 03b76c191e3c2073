import CMicrohttpd
import HTTPMessages

/// An answer in the library's form.
struct Answer {
    /// The length of the body, 0 for a stream.
    let size: Int
    /// Set for a stream.
    let reader: StreamReader?
    private let status: UInt32
    private let pointer: OpaquePointer

    /// Nil where HTTP cannot carry the answer, or memory is short.
    init?(_ response: HTTPResponse, isHead: Bool) {
        guard 200...599 ~= response.status.code else { return nil }
        status = UInt32(response.status.code)
        let created: OpaquePointer?
        switch response.body {
        case .empty:
            (size, reader) = (0, nil)
            created = MHD_create_response_from_buffer(0, nil, .RESPMEM_PERSISTENT)
        case .bytes(let bytes):
            (size, reader) = (bytes.count, nil)
            created = bytes.withUnsafeBytes {
                MHD_create_response_from_buffer(
                    $0.count, UnsafeMutableRawPointer(mutating: $0.baseAddress), .RESPMEM_MUST_COPY)
            }
        case .stream:
            let reader = StreamReader()
            (size, self.reader) = (0, reader)
            created = reader.makeResponse()
            // Of chunks the library leaves out all but the last one then, which the client would take for the beginning
            // of the next answer.
            if isHead, let created { _ = cmicrohttpd_send_without_chunks(created) }
        }
        guard let created else { return nil }
        pointer = created
        if !add(response.headers) {
            MHD_destroy_response(pointer)
            return nil
        }
    }

    func closeConnection() {
        MHD_add_response_header(pointer, "Connection", "close")
    }

    /// Gives the answer to a connection, once. The library frees it when it is sent.
    func queue(on handle: OpaquePointer) -> Bool {
        defer { MHD_destroy_response(pointer) }
        return MHD_queue_response(handle, status, pointer) == .YES
    }

    private func add(_ headers: HTTPHeaders) -> Bool {
        var isValid = true
        headers.forEachField { name, value in
            guard isToken(name), isFieldValue(value) else {
                isValid = false
                return
            }
            if value.isEmpty || !ResponseField.isSent(name) { return }
            withUnsafeTemporaryAllocation(byteCount: name.count + value.count + 2, alignment: 1) { text in
                text.baseAddress?.initializeMemory(as: UInt8.self, repeating: 0, count: text.count)
                text.copyBytes(from: name)
                UnsafeMutableRawBufferPointer(rebasing: text[(name.count + 1)...]).copyBytes(from: value)
                let start = text.assumingMemoryBound(to: CChar.self).baseAddress
                MHD_add_response_header(pointer, start, start.map { $0 + name.count + 1 })
            }
        }
        return isValid
    }
}

/// Reads a stream's bytes for the library; kept alive by the library's response.
final class StreamReader {
    /// The library's MHD_CONTENT_READER_END_OF_STREAM and MHD_CONTENT_READER_END_WITH_ERROR.
    static let finished = -1
    static let failed = -2

    private static let blockSize = 16_384

    /// Stays nil with HEAD, where nothing is read.
    weak var connection: Connection?

    fileprivate func makeResponse() -> OpaquePointer? {
        let context = Unmanaged.passRetained(self)
        let response = MHD_create_response_from_callback(
            cmicrohttpd_size_unknown, Self.blockSize,
            { context, _, buffer, size in
                guard let context, let buffer else { return StreamReader.failed }
                let reader = Unmanaged<StreamReader>.fromOpaque(context).takeUnretainedValue()
                return reader.connection?.readStream(
                    into: UnsafeMutableRawBufferPointer(start: buffer, count: size)) ?? StreamReader.failed
            }, context.toOpaque(),
            { context in
                if let context { Unmanaged<StreamReader>.fromOpaque(context).release() }
            })
        if response == nil { context.release() }
        return response
    }
}
