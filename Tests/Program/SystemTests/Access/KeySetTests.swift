import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// Web tokens that another implementation has signed, and the file with the public keys.
    @Suite struct KeySetTests {
        /// Makes a pair of keys of each algorithm in a folder, and prints a key set with the public parts and a token for
        /// each pair, by OpenSSL's program.
        private static let script = """
            import base64, json, subprocess, sys
            folder, name = sys.argv[1:]
            def openssl(*words, data=b''):
                return subprocess.run(['openssl', *words], input=data, stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL, check=True).stdout
            def text(data): return base64.urlsafe_b64encode(data).rstrip(b'=').decode()
            def integer(der):
                return der[2:2 + der[1]].lstrip(b'\\0').rjust(32, b'\\0'), der[2 + der[1]:]
            keys, tokens = [], {}
            kinds = {
                'RS256': ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
                'ES256': ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256']}
            for algorithm, words in kinds.items():
                file = f'{folder}/{name}-{algorithm}.pem'
                openssl('genpkey', '-algorithm', *words, '-out', file)
                public = {'kid': f'{name}-{algorithm}', 'use': 'sig', 'alg': algorithm}
                if algorithm == 'RS256':
                    modulus = openssl('rsa', '-in', file, '-noout', '-modulus').split(b'=')[1].strip()
                    public |= {'kty': 'RSA', 'n': text(bytes.fromhex(modulus.decode())), 'e': 'AQAB'}
                else:
                    point = openssl('pkey', '-in', file, '-pubout', '-outform', 'DER')[-64:]
                    public |= {'kty': 'EC', 'crv': 'P-256', 'x': text(point[:32]), 'y': text(point[32:])}
                keys.append(public)
                header = {'alg': algorithm, 'typ': 'JWT', 'kid': public['kid']}
                claims = {'sub': '17', 'exp': 4102444800, 'iss': 'https://login.example', 'aud': 'shop'}
                message = '.'.join(text(json.dumps(part).encode()) for part in (header, claims))
                signature = openssl('dgst', '-sha256', '-sign', file, data=message.encode())
                if algorithm == 'ES256':
                    r, rest = integer(signature[2:])
                    signature = r + integer(rest)[0]
                tokens[algorithm] = f'{message}.{text(signature)}'
            print(json.dumps({'keys': keys, 'tokens': tokens}))
            """

        private struct KeySet: Decodable {
            let keys: [[String: String]]
            let tokens: [String: String]
        }

        private func make(_ name: String, in directory: TemporaryDirectory) async throws -> KeySet {
            let output = try await HelperProcess.python(Self.script, [directory.path, name])
            return try JSONDecoder().decode(KeySet.self, from: Data(output.utf8))
        }

        private func write(_ keys: [[String: String]], _ path: String) throws {
            try JSONSerialization.data(withJSONObject: ["keys": keys]).write(to: URL(filePath: path))
        }

        @Test("RS256 and ES256 tokens of OpenSSL are taken by a key set's file, which SIGHUP changes")
        func signedElsewhere() async throws {
            let directory = try TemporaryDirectory()
            let first = try await make("first", in: directory)
            let second = try await make("second", in: directory)
            let file = directory.file("keys.json")
            try write(first.keys, file)
            let (server, port) = try Program.serve(
                directory.file("data"),
                [
                    "--no-workers", "--jwt-keys", file, "--jwt-issuer", "https://login.example", "--jwt-audience",
                    "shop",
                ])
            let client = try RawClient(port: port)
            func status(_ method: String, _ path: String, _ token: String?, _ body: String? = nil) -> Int? {
                client.request(method, path, body, headers: token.map { ["Authorization: Bearer \($0)"] } ?? [])?.status
            }
            let event = #"{"product_id":2,"event_type":"view","user_session":"s"}"#
            for algorithm in ["RS256", "ES256"] {
                let (old, new) = (first.tokens[algorithm], second.tokens[algorithm])
                #expect(status("POST", "/events", old, event) == 200, "\(algorithm)")
                #expect(status("GET", "/users/17/history", old) == 200, "\(algorithm)")
                #expect(status("GET", "/users/18/history", old) == 403, "\(algorithm)")
                #expect(status("POST", "/events", new, event) == 401, "\(algorithm)")
                #expect(status("GET", "/users/17/history", nil) == 401, "\(algorithm)")
            }
            try write(second.keys, file)
            server.hangUp()
            try await eventually("the new keys are in use") {
                status("POST", "/events", second.tokens["RS256"], event) == 200
            }
            for algorithm in ["RS256", "ES256"] {
                #expect(status("POST", "/events", second.tokens[algorithm], event) == 200, "\(algorithm)")
                #expect(status("POST", "/events", first.tokens[algorithm], event) == 401, "\(algorithm)")
            }
            #expect(server.terminate() == 0)
        }
    }
}
