extension StringProtocol {
    /// The text without white space and line ends at either end.
    package var trimmingWhiteSpace: String {
        guard let start = firstIndex(where: { !$0.isWhitespace }), let end = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[start...end])
    }
}
