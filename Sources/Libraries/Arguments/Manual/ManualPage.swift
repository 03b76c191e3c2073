/// The manual page of a command, which man(1) shows.
public struct ManualPage: Sendable, Equatable {
    /// The name of the file: the words of the command with dashes between them and the section, `shop-queue-list.1`.
    public var fileName: String

    /// The page in roff, by the macros of man(7), with a line feed at its end.
    public var text: String
}

extension CommandParser {
    /// The manual pages of the program and of each command that is not hidden, from the same declarations as the help.
    ///
    /// As in the help, variables of the parser's environment are shown with their values: make the pages by a parser without
    /// any.
    public var manualPages: [ManualPage] {
        root.shownNodes.map { node in
            let writer = ManualPageWriter(help: HelpText(parser: self, node: node), node: node, root: root)
            return ManualPage(fileName: "\(node.pageName).1", text: writer.text)
        }
    }
}

extension CommandNode {
    /// What the page is called in headers and references.
    var pageName: String { path.joined(separator: "-") }

    /// This node and those below it that are not hidden, parents first.
    var shownNodes: [CommandNode] {
        [self] + children.filter { !$0.configuration.isHidden }.flatMap(\.shownNodes)
    }
}
