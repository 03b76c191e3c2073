import Platform

/// Reads small files whole: settings, certificates.
enum FileContents {
    /// - Throws: ``CommandFailure`` that names the file and the cause.
    static func read(_ path: String) throws -> [UInt8] {
        do throws(SystemError) {
            return try FileSystem.contents(of: path)
        } catch {
            throw CommandFailure("\(path) cannot be read: \(error)")
        }
    }
}
