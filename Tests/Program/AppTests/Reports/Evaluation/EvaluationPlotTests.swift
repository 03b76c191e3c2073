import Foundation
import Recommending
import Testing

@testable import App

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite("The plot of an evaluation") struct EvaluationPlotTests {
    @Test("is one well-formed file that loads nothing, with three curves through all values of debias")
    func drawing() throws {
        let svg = EvaluationPlot(EvaluationReportTests.result).svg
        let reader = Reader()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = reader
        #expect(parser.parse())
        #expect(reader.counts["polyline"] == 3)
        #expect(reader.counts["circle"] == 9)
        #expect(reader.points.allSatisfy { $0.split(separator: " ").count == 3 })
        for word in ["http://www.w3.org/2000/svg", "prefers-color-scheme: dark"] { #expect(svg.contains(word)) }
        for word in ["href", "url(", "@import", "<script"] { #expect(!svg.contains(word)) }
    }

    @Test("stays within its frame, also where nothing was found")
    func bounds() throws {
        var result = EvaluationReportTests.result
        result.curve = result.curve.map { _ in EvaluationReportTests.figures(0, weighted: 0, coverage: 0) }
        result.methods = [:]
        for result in [EvaluationReportTests.result, result] {
            let reader = Reader()
            let parser = XMLParser(data: Data(EvaluationPlot(result).svg.utf8))
            parser.delegate = reader
            #expect(parser.parse())
            let numbers = try reader.points.flatMap { $0.split { " ,".contains($0) } }.map { try #require(Double($0)) }
            #expect(!numbers.isEmpty && numbers.allSatisfy { (0...860).contains($0) })
        }
    }

    @Test("has scales that end at round numbers above all values")
    func scale() {
        #expect(abs(EvaluationPlot.scale([0.553, 0.2]) - 0.6) < 1e-12)
        #expect(EvaluationPlot.scale([]) == 1 && EvaluationPlot.scale([0]) == 1)
        #expect(abs(EvaluationPlot.scale([0.0232]) - 0.03) < 1e-12)
        #expect(EvaluationPlot.scale([1]) == 1)
    }

    private final class Reader: NSObject, XMLParserDelegate {
        var counts: [String: Int] = [:]
        var points: [String] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            counts[name, default: 0] += 1
            if let path = attributes["points"] { points.append(path) }
        }
    }
}
