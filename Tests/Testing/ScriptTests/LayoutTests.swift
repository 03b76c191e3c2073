import FoundationEssentials
import TestSupport
import Testing

/// `scripts/layout`, over small packages with one fault each.
@Suite("The layout check")
struct LayoutTests {
    /// A package of two layers: `Bytes` in Base, and `Gzip`, which imports it, in Libraries.
    private struct Package {
        var files = [
            "Sources/Base/Bytes/Bytes.swift": "public struct Bytes {}\n",
            "Sources/Base/Bytes/Bytes.docc/Bytes.md": "# Bytes\n",
            "Sources/Libraries/Gzip/Gzip.swift": "import Bytes\n",
            "Tests/Libraries/GzipTests/GzipTests.swift": "@testable import Gzip\nimport Testing\n",
            "Snippets/Bytes.swift": "import Bytes\n",
            "docs/architecture.md": "| Base | `Bytes` | |\n| Libraries | `Gzip` | |\n",
        ]
        var bytesDependencies: [String] = []
        var gzipDependencies = ["Bytes"]
        var hasBytesTests = false

        var manifest: String {
            let bytesTests =
                hasBytesTests ? target("BytesTests", "test", "Tests/Base/BytesTests", ["Bytes", "Gzip"]) + "," : ""
            return """
                {"products": [{"name": "Bytes", "targets": ["Bytes"], "type": {"library": ["automatic"]}}], "targets": [
                  \(bytesTests) \(target("Bytes", "regular", "Sources/Base/Bytes", bytesDependencies)),
                  \(target("Gzip", "regular", "Sources/Libraries/Gzip", gzipDependencies)),
                  \(target("GzipTests", "test", "Tests/Libraries/GzipTests", ["Gzip"]))]}
                """
        }

        private func target(_ name: String, _ type: String, _ path: String, _ dependencies: [String]) -> String {
            let needs = dependencies.map { #"{"byName": ["\#($0)", null]}"# }.joined(separator: ", ")
            return #"{"name": "\#(name)", "type": "\#(type)", "path": "\#(path)", "dependencies": [\#(needs)]}"#
        }

        /// What the check prints for the package, and whether it accepts it.
        func check() async throws -> (output: String, isAccepted: Bool) {
            let folder = try TemporaryDirectory()
            for (name, text) in files { try write(text, to: folder.file(name)) }
            try write(manifest, to: folder.file("manifest.json"))
            let command = #""$0" --root "$1" --manifest "$1/manifest.json" 2>&1; echo "status $?""#
            let output = try await HelperProcess.run("sh", ["-c", command, Script.path("layout"), folder.path])
            return (output, output.hasSuffix("status 0"))
        }

        private func write(_ text: String, to path: String) throws {
            let folder = URL(filePath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: path))
        }
    }

    @Test("a package in which everything has its place is accepted")
    func packageInOrder() async throws {
        let result = try await Package().check()
        #expect(result.isAccepted)
        #expect(result.output.hasPrefix("layout: no faults"))
    }

    @Test("a target that imports a later layer is named")
    func upwardImport() async throws {
        var package = Package()
        package.files["Sources/Base/Bytes/Upward.swift"] = "import Gzip\n"
        package.bytesDependencies = ["Gzip"]
        try await expectFault("Bytes (Base) imports Gzip (Libraries): imports point down", in: package)
    }

    @Test("a test that imports a later layer is named, too")
    func upwardImportOfATest() async throws {
        var package = Package()
        package.files["Tests/Base/BytesTests/BytesTests.swift"] = "import Bytes\nimport Gzip\n"
        package.hasBytesTests = true
        try await expectFault("BytesTests (Base) imports Gzip (Libraries): imports point down", in: package)
    }

    @Test("an import that is not declared is named")
    func undeclaredImport() async throws {
        var package = Package()
        package.files["Tests/Libraries/GzipTests/MoreTests.swift"] = "import Bytes\n"
        try await expectFault("GzipTests imports Bytes and does not declare it in Package.swift", in: package)
    }

    @Test("a folder of sixteen files is named")
    func fullFolder() async throws {
        var package = Package()
        for number in 1...15 { package.files["Sources/Base/Bytes/Part\(number).swift"] = "struct Part\(number) {}\n" }
        try await expectFault("Sources/Base/Bytes holds 16 Swift files", in: package)
    }

    @Test("a dependency that nothing imports is named")
    func unusedDependency() async throws {
        var package = Package()
        package.files["Sources/Libraries/Gzip/Gzip.swift"] = "struct Gzip {}\n"
        try await expectFault("Gzip declares Bytes in Package.swift and does not import it", in: package)
    }

    @Test("a public declaration outside of products is named")
    func publicOutsideOfProducts() async throws {
        var package = Package()
        package.files["Sources/Libraries/Gzip/Open.swift"] = "    @frozen public struct Open {}\n"
        try await expectFault("Sources/Libraries/Gzip/Open.swift declares something public", in: package)
    }

    @Test(
        "a product without a page or an example is named",
        arguments: [
            "Sources/Base/Bytes/Bytes.docc/Bytes.md", "Snippets/Bytes.swift",
        ])
    func productWithoutDocumentation(_ missing: String) async throws {
        var package = Package()
        package.files[missing] = nil
        let fault = missing.hasSuffix(".md") ? "has no documentation page" : "has no example in Snippets"
        try await expectFault("the product Bytes \(fault)", in: package)
    }

    @Test("a target that the table of layers leaves out is named")
    func incompleteTable() async throws {
        var package = Package()
        package.files["docs/architecture.md"] = "| Base | `Bytes` | |\n| Libraries | `Zip` | |\n"
        try await expectFault("docs/architecture.md does not name Gzip in its row Libraries", in: package)
        try await expectFault("docs/architecture.md names Zip in its row Libraries", in: package)
    }

    @Test("a folder that is not a room is named")
    func unknownRoom() async throws {
        var package = Package()
        package.files["Sources/Helpers/Other/Other.swift"] = "struct Other {}\n"
        try await expectFault("Sources/Helpers is not one of the rooms", in: package)
    }

    private func expectFault(
        _ text: String, in package: Package, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let result = try await package.check()
        #expect(!result.isAccepted, sourceLocation: sourceLocation)
        #expect(result.output.contains("layout: \(text)"), "\(result.output)", sourceLocation: sourceLocation)
    }
}
