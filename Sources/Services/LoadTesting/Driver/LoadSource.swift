import Events
package import FileImport

/// Where the events of a load test come from.
package enum LoadSource: Sendable {
    /// From visitors of a shop that is made up.
    case shop
    /// From a file of real events.
    case recording(EventPages)
}

/// Hands out recorded events one by one, from pages that are read when they are needed.
struct RecordedEvents: Sendable {
    private var page: ArraySlice<Event> = []
    private(set) var isAtEnd = false

    /// The next event; nil if the page is empty.
    mutating func next() -> Event? { page.popFirst() }

    var needsPage: Bool { page.isEmpty && !isAtEnd }

    /// Takes the next page; nil at the end.
    mutating func take(_ page: [Event]?) {
        if let page { self.page = page[...] } else { isAtEnd = true }
    }
}
