#ifndef C_CRYPTO_SHIM_H
#define C_CRYPTO_SHIM_H

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

// The default callback asks for a passphrase on the terminal; a server must never stop for that.
static inline int CCrypto_no_passphrase(char *buffer, int size, int writing, void *context) {
    (void)buffer;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

static inline EVP_PKEY *CCrypto_read_public_key(BIO *pem) {
    return PEM_read_bio_PUBKEY(pem, NULL, CCrypto_no_passphrase, NULL);
}

#endif
