extension Double {
    /// With a fixed number of decimals: `0.0450`.
    func shown(decimals: Int) -> String {
        let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
        guard isFinite, magnitude * Double(scale) < 1e15 else { return "\(self)" }
        let rounded = Int((magnitude * Double(scale)).rounded())
        let fraction = String(rounded % scale)
        let sign = self < 0 && rounded > 0 ? "-" : ""
        guard decimals > 0 else { return "\(sign)\(rounded)" }
        return "\(sign)\(rounded / scale)." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }

    /// A share in percent, without the sign, with three digits: `100`, `23.4`, `0.15`.
    var hundredfold: String { (self * 100).shown(decimals: self < 0.09995 ? 2 : self < 0.9995 ? 1 : 0) }

    /// A share in percent, roughly: `23 %`, `4.5 %`.
    var percent: String { "\((self * 100).shown(decimals: self < 0.1 ? 1 : 0)) %" }
}
