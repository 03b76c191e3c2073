#ifndef C_CRYPTO_SHIM_H
#define C_CRYPTO_SHIM_H

#include <openssl/evp.h>

#endif
