extension ArgumentDefinition {
    /// The definition with the variable that follows from its name, unless one is declared: of `--data-dir` and the
    /// prefix `SHOP` it is `SHOP_DATA_DIR`.
    ///
    /// A flag gets none. As a rule it formats, previews or confirms one run, and what confirms a run must not stand in
    /// an environment or a file that every run shares; a flag that is a setting declares its variable.
    func withVariable(prefix: String) -> ArgumentDefinition {
        guard environment == nil, !isPositional else { return self }
        var definition = self
        if takesValue {
            definition.environment = "\(prefix)_\(String(name.uppercased().map { $0 == "-" ? "_" : $0 }))"
        } else {
            definition.isLineOnly = true
        }
        return definition
    }
}
