#ifndef C_SSL_SHIM_H
#define C_SSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

// The default callback asks for a passphrase on the terminal; a server must never stop for that. `wanted` is an int that
// becomes 1, or NULL.
static inline int CSSL_no_passphrase(char *buffer, int size, int writing, void *wanted) {
    (void)buffer;
    (void)size;
    (void)writing;
    if (wanted != NULL) *(int *)wanted = 1;
    return -1;
}

static inline X509 *CSSL_read_certificate(BIO *pem) {
    return PEM_read_bio_X509(pem, NULL, CSSL_no_passphrase, NULL);
}

static inline EVP_PKEY *CSSL_read_private_key(BIO *pem, int *passphrase_wanted) {
    return PEM_read_bio_PrivateKey(pem, NULL, CSSL_no_passphrase, passphrase_wanted);
}

// What follows is macros in OpenSSL, which Swift does not import.

static inline int CSSL_add_chain_certificate(SSL_CTX *context, X509 *certificate) {
    return (int)SSL_CTX_add1_chain_cert(context, certificate);
}

// At least TLS 1.2 and at most TLS 1.3. A narrower choice in the system's configuration stays.
static inline int CSSL_limit_versions(SSL_CTX *context) {
    long lowest = SSL_CTX_get_min_proto_version(context);
    long highest = SSL_CTX_get_max_proto_version(context);
    return (lowest >= TLS1_2_VERSION || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1)
        && (highest != 0 || SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1);
}

static inline void CSSL_set_server_options(SSL_CTX *context) {
    SSL_CTX_set_options(
        context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE
            | SSL_OP_PRIORITIZE_CHACHA | SSL_OP_NO_TICKET);
}

static inline void CSSL_disable_session_cache(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

static inline void CSSL_set_modes(SSL_CTX *context) {
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
}

static inline void CSSL_set_message_context(SSL *session, void *context) {
    SSL_set_msg_callback_arg(session, context);
}

static inline void CSSL_want_read(BIO *bio) {
    BIO_set_retry_read(bio);
}

static inline void CSSL_want_nothing(BIO *bio) {
    BIO_clear_retry_flags(bio);
}

#endif
