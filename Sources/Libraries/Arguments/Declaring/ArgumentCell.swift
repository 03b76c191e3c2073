import Synchronization

/// The place where the parser leaves a value for the property that declared it.
///
/// Property wrappers are seen through reflection, which gives copies; all copies of a wrapper share this one cell. It
/// is written once, by the parser, before anyone else sees the command.
final class ArgumentCell<Content: Sendable>: Sendable {
    private let state: Mutex<(content: Content?, source: ArgumentSource)>

    init(_ content: Content?) {
        state = Mutex((content, .declaration))
    }

    var content: Content? { state.withLock { $0.content } }

    var source: ArgumentSource { state.withLock { $0.source } }

    func store(_ content: Content, from source: ArgumentSource) {
        state.withLock { $0 = (content, source) }
    }
}
