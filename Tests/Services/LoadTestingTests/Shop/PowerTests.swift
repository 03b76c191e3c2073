import Foundation
import Testing

@testable import LoadTesting

@Suite("Powers without the C library") struct PowerTests {
    @Test("are those of the C library", arguments: [0.0, 0.5, 0.6, 0.95, 1, 2.5])
    func powers(exponent: Double) {
        for rank in [1, 2, 3, 10, 999, 20_000, 1_000_000] {
            let base = 1 / Double(rank)
            #expect(abs(Power.of(base, exponent) / pow(base, exponent) - 1) < 1e-11, "\(rank)")
        }
    }
}
