/// The files of the console's page, as they were when the program was built.
package enum ConsolePage {
    /// One of the files. A value.
    package struct File: Sendable {
        /// Its media type, with the encoding.
        package let type: String
        /// Its content, in UTF-8.
        package let bytes: [UInt8]
    }

    /// The page itself, which asks for the others.
    package static let document = File(type: "text/html; charset=utf-8", bytes: PackageResources.console_html)

    /// The others, by their names.
    package static let parts = [
        "console.css": File(type: "text/css; charset=utf-8", bytes: PackageResources.console_css),
        "console.js": script(PackageResources.console_js),
        "elements.js": script(PackageResources.elements_js),
        "letters.js": script(PackageResources.letters_js),
        "server.js": script(PackageResources.server_js),
    ]

    private static func script(_ bytes: [UInt8]) -> File {
        File(type: "text/javascript; charset=utf-8", bytes: bytes)
    }
}
