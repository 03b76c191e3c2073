import Crypto
import Synchronization

/// Randomness for all requests; safe to use from any thread.
final class SharedRandom: Sendable {
    let value = Mutex(BufferedRandom())
}
