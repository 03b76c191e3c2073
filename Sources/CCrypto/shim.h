#ifndef C_CRYPTO_SHIM_H
#define C_CRYPTO_SHIM_H

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

// The default callback asks for a passphrase on the terminal; a server must never stop for that.
static inline int CCrypto_no_passphrase(char *buffer, int size, int writing, void *context) {
    (void)buffer;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

// `pem_password_cb` cannot be formed from Swift without an escaping closure, hence the whole read stands here.
static inline EVP_PKEY *CCrypto_read_public_key(BIO *pem) {
    return PEM_read_bio_PUBKEY(pem, NULL, CCrypto_no_passphrase, NULL);
}

#endif
