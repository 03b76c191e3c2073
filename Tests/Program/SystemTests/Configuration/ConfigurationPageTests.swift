import Foundation
import Testing

extension SystemTests {
    /// The page docs/configuration.md, whose tables are made from the declarations of options.
    @Suite struct ConfigurationPageTests {
        @Test("The page of options is what the program declares, and its variables do not clash")
        func page() throws {
            let file = URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "../../../../docs/configuration.md").standardized
            let page = try String(contentsOf: file, encoding: .utf8)
            let (status, reference) = try Program.run(["reference"], readsErrors: true)
            #expect(status == 0, "\(reference)")
            #expect(
                page.hasSuffix("-->\n\n" + reference),
                "docs/configuration.md differs from the options in the code: run scripts/configuration")
        }
    }
}
