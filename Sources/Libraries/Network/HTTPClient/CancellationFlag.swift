import CCurl
import Synchronization

/// Ends what a handle performs, soon after it is set. Safe to use from any thread.
final class CancellationFlag: Sendable {
    private let flag = Atomic(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }

    func set() {
        flag.store(true, ordering: .relaxed)
    }

    /// Makes `handle` look at the flag. The caller keeps the flag until the handle has performed or is reset.
    func install(on handle: EasyHandle) throws(NetworkError) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        try handle.check(ccurl_set_progress(handle.pointer, Self.progress, context))
    }

    /// libcurl calls it at least once a second; other than 0 ends what it does.
    private static let progress: curl_xferinfo_callback = { context, _, _, _, _ in
        guard let context else { return 1 }
        return Unmanaged<CancellationFlag>.fromOpaque(context).takeUnretainedValue().isSet ? 1 : 0
    }
}
