package import Arguments
package import HTTPAPI
import Platform

/// Who may do what over HTTP.
struct AccessOptions: ArgumentGroup {
    @Option(
        help:
            "Tokens, separated by commas: a bare one allows everything; scope+scope:token, or name/scope+scope:token, allows ingest, read or operate. Without tokens /dlq is closed.",
        valueName: "tokens", environment: "DEBIAS_API_TOKENS", secret: true)
    var apiTokens: String?

    @Option(
        help: "A file with further tokens, one a line; SIGHUP has it read again.", valueName: "file",
        environment: "DEBIAS_API_TOKEN_FILE", completion: .file)
    var apiTokenFile: String?

    @Flag(
        help:
            "Let anyone who reaches the port read histories and profiles, not only this machine and those with a token.",
        environment: "DEBIAS_OPEN_READS")
    var openReads = false

    @Option(
        help: "The secret of web tokens (JWT) signed by HS256, of 32 bytes or more.", valueName: "secret",
        environment: "DEBIAS_JWT_SECRET", secret: true)
    var jwtSecret: String?

    @Option(
        help: "A file with that secret; SIGHUP has it read again.", valueName: "file",
        environment: "DEBIAS_JWT_SECRET_FILE", completion: .file)
    var jwtSecretFile: String?

    @Option(
        help: "A file with the public keys (JWKS) of web tokens signed by RS256 or ES256; SIGHUP has it read again.",
        valueName: "file", environment: "DEBIAS_JWT_KEYS", completion: .file)
    var jwtKeys: String?

    @Option(help: "The issuer that web tokens must name (iss).", valueName: "text", environment: "DEBIAS_JWT_ISSUER")
    var jwtIssuer: String?

    @Option(
        help: "The audience that web tokens must name (aud).", valueName: "text", environment: "DEBIAS_JWT_AUDIENCE")
    var jwtAudience: String?

    @Option(
        help: "The claim of web tokens that names the user.", valueName: "claim", environment: "DEBIAS_JWT_USER_CLAIM")
    var jwtUserClaim = "sub"

    @Option(
        help: "The most requests of each token, or of each address without one, such as 100/s or 3000/m.",
        valueName: "count/unit", environment: "DEBIAS_RATE_LIMIT")
    var rateLimit: RateLimit?

    mutating func validate() throws {
        guard jwtSecret == nil || jwtSecretFile == nil else {
            throw ValidationError("--jwt-secret and --jwt-secret-file exclude each other")
        }
        let takesWebTokens = jwtSecret != nil || jwtSecretFile != nil || jwtKeys != nil
        guard takesWebTokens || (jwtIssuer == nil && jwtAudience == nil) else {
            throw ValidationError("--jwt-issuer and --jwt-audience need --jwt-secret, --jwt-secret-file or --jwt-keys")
        }
    }

    /// Whether something is read from files, which may change.
    var hasFiles: Bool { apiTokenFile != nil || jwtSecretFile != nil || jwtKeys != nil }

    /// Reads tokens and keys.
    ///
    /// - Throws: ``CommandFailure`` for a file that cannot be read or holds nothing: who names it wants something open. No
    ///   error quotes a secret.
    func credentials() throws -> Credentials {
        var tokens = (apiTokens ?? "").split(separator: ",").map(String.init)
        if let apiTokenFile { tokens += try Self.tokens(in: apiTokenFile) }
        guard jwtSecret != nil || jwtSecretFile != nil || jwtKeys != nil else { return Credentials(tokens) }
        var rules = WebTokenRules(secret: try secret(), keys: try jwtKeys.map(Self.keys))
        rules.issuer = jwtIssuer
        rules.audience = jwtAudience
        rules.userClaim = jwtUserClaim
        return Credentials(tokens, webTokens: rules)
    }

    /// The tokens in the lines of a file; empty lines, and those that begin with `#`, are left out.
    private static func tokens(in file: String) throws -> [String] {
        let tokens = String(decoding: try FileContents.read(file), as: UTF8.self)
            .split(whereSeparator: \.isNewline)
            .filter { $0.first { !$0.isWhitespace }.map { $0 != "#" } ?? false }
            .map(String.init)
        guard !tokens.isEmpty else { throw CommandFailure("\(file) holds no token: write one in each line") }
        return tokens
    }

    private func secret() throws -> [UInt8]? {
        guard let text = try jwtSecretFile.map(FileContents.read) ?? jwtSecret.map({ Array($0.utf8) }) else {
            return nil
        }
        guard let secret = WebTokenRules.secret(in: text) else {
            throw CommandFailure(
                "\(jwtSecretFile ?? "--jwt-secret") holds fewer than \(WebTokenRules.minimumSecretByteCount) bytes, which can "
                    + "be guessed: make a secret with openssl rand -base64 48")
        }
        return secret
    }

    private static func keys(in file: String) throws -> WebTokenKeys {
        let bytes = try FileContents.read(file)
        do throws(WebTokenKeys.Failure) {
            return try WebTokenKeys(bytes)
        } catch {
            throw CommandFailure("\(file) is no set of public keys (JWKS): \(error)")
        }
    }
}

extension RateLimit: ArgumentValue {
    /// Reads a number of requests and a unit of time.
    package init(argument: String) throws(ArgumentValueError) {
        guard let limit = RateLimit(argument) else {
            throw ArgumentValueError(expected: "a number from 1 to 1000000 and a unit of s, m or h, such as 100/s")
        }
        self = limit
    }

    /// The form that is read.
    package var argumentText: String { description }
}
