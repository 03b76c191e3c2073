import App
import Arguments
import JSON

/// What `--print-config` prints: each option with its value, and where that comes from.
struct ConfigurationReport: Report {
    let listing: ValueListing

    /// One JSON object: the command, the file of settings or null, and a list of options.
    var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("command", listing.command)
            json.key("file")
            if let file = listing.settings { json.string(file) } else { json.null() }
            json.key("options")
            json.array { json in
                for entry in listing.entries { json.object { Self.write(entry, &$0) } }
            }
        }
        return json.bytes
    }

    private static func write(_ entry: ValueListing.Entry, _ json: inout JSONWriter) {
        json.member("option", entry.name)
        json.key("value")
        if entry.isRepeated {
            json.array { json in for text in entry.texts { json.string(text) } }
        } else if let text = entry.texts.last {
            json.string(text)
        } else {
            json.null()
        }
        let (source, place) = source(of: entry)
        json.member("source", source)
        if let place { json.member("place", place) }
    }

    var text: String {
        let rows = listing.entries.map { entry in
            let (source, place) = Self.source(of: entry)
            return [entry.name, entry.texts.joined(separator: ","), place.map { "\(source) \($0)" } ?? source]
        }
        return TextTable(
            header: ["option", "value", "source"], columns: [.left, .left, .left], rows: rows
        ).text
    }

    private static func source(of entry: ValueListing.Entry) -> (name: String, place: String?) {
        switch entry.source {
        case .commandLine: ("flag", nil)
        case .environment(let variable): ("environment", variable)
        case .settings(let file): ("file", file)
        case .declaration: ("default", nil)
        }
    }
}
