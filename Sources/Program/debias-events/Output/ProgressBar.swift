import App
import EventLoops
import FileImport
import Platform
import Synchronization

/// Redraws one line on a terminal; draws nothing where standard error is not a terminal. Safe to use from any thread.
final class ProgressBar: Sendable {
    private struct State {
        var isShown = false
        var drawnAt: Int64 = 0
    }

    private let terminal: Terminal
    private let state = Mutex(State())

    init(_ terminal: Terminal) {
        self.terminal = terminal
    }

    /// Draws at most ten times per second.
    func show(_ summary: ImportSummary) {
        let text = "\(summary.read) lines, \(Int(summary.recordsPerSecond))/s"
        show { Self.line(text, bytes: summary.bytes, of: summary.totalBytes, width: $0) }
    }

    /// Draws at most ten times per second.
    func show(_ summary: CatalogueSummary) {
        show { Self.line("\(summary.read) products", bytes: summary.bytes, of: summary.totalBytes, width: $0) }
    }

    /// Draws at most ten times per second.
    func show(_ text: String, done: Int, of total: Int) {
        show { Self.line(text, bytes: done, of: total, width: $0) }
    }

    /// Draws at most ten times per second; cuts text that is longer than a line.
    func show(text: String) {
        show { String(text.prefix($0 - 1)) }
    }

    private func show(_ line: (_ width: Int) -> String) {
        guard terminal.isTerminal else { return }
        let now = MonotonicClock.microseconds()
        state.withLock { state in
            guard now - state.drawnAt >= 100_000 else { return }
            state = State(isShown: true, drawnAt: now)
            Output.draw("\r\(line(terminal.width).shown(keepingLines: false))\u{1B}[K")
        }
    }

    /// Removes the line, so that other text can be written.
    func clear() {
        state.withLock { state in
            guard state.isShown else { return }
            state.isShown = false
            Output.draw("\r\u{1B}[K")
        }
    }

    /// A bar of the share that is done, and a text behind it; the text alone where a file's size is unknown.
    private static func line(_ text: String, bytes: Int, of total: Int?, width: Int) -> String {
        guard let total, total > 0 else { return String(text.prefix(width - 1)) }
        let fraction = min(1, Double(bytes) / Double(total))
        let percent = "\(Int(fraction * 100))%"
        let room = min(40, width - text.count - percent.count - 6)
        guard room >= 5 else { return String("\(percent) \(text)".prefix(width - 1)) }
        let full = Int(fraction * Double(room))
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: room - full)
        return "\(bar) \(percent)  \(text)"
    }
}
