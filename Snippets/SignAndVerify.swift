//! Signs a message with a shared key and checks the code, checks a token that somebody else signed, makes a token that
//! nobody can guess, and hashes a stream piece by piece.

import Crypto
import Foundation

// A shared key: the sender attaches the code, and the receiver computes it again. `==` of digests takes the same time
// wherever they differ.
let key = RandomBytes.generate(count: 32)
let message = Array("order 17 was paid".utf8)
let code = HMAC.sha256(key: key, message: message)
print("the code is right: \(HMAC.sha256(key: key, message: message) == code)")
print("of another message: \(HMAC.sha256(key: key, message: Array("order 18 was paid".utf8)) == code)")

// A key pair: anybody may hold the public key, which checks signatures and cannot make them. Refuse a token whose
// header names another algorithm than the key's.
let publicKey = try PublicKey(
    pem: """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEDf7PFADYAS/5jmAm18VnkG6UYtFF
        q/nB7hEolCP/7tpznQKMRj6JaBDIRFI9rJLCvTRyFUDnH/hfG33V4r8TcA==
        -----END PUBLIC KEY-----
        """)
let signed = Array("eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJzaG9wLTcifQ".utf8)
let signature = Data(
    base64Encoded: "2XR/cu0dHLW4THROhp2rxbeR7FIxlSVq6DLlxTEuLsAfBgaYpA1ti4wldIcqrcSfqJa/ZoymuVoRd4XNtRk/Nw==")
print("\(publicKey.algorithm.rawValue): \(publicKey.verifies(signature: Array(signature ?? Data()), of: signed))")

// A token for a password reset: the client gets it, and the server keeps its hash alone.
let token = RandomBytes.generate(count: 32)
let stored = SHA256.hash(token)
print("the token is right: \(SHA256.hash(token) == stored)")

// One context hashes many inputs, each in pieces, without allocating.
var context = HashContext<SHA256>()
for piece in ["one line\n", "another line\n"] { context.update(piece.utf8) }
print(context.finish().hexadecimal)
