/* The library gives a type the name of an error of ours. */
#define ERR_STATE openssl_err_state
#include <openssl/evp.h>
#include <openssl/hmac.h>
#undef ERR_STATE

#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "format/cmaf/aes128.h"

enum err cmaf_aes128_key(const uint8_t key[CMAF_AES128_KEY], const uint8_t kid[CMAF_AES128_KEY],
                         uint8_t out[CMAF_AES128_KEY])
{
    static const char label[] = "lanterne aes-128 segments";
    uint8_t said[sizeof label + CMAF_AES128_KEY], mac[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    memcpy(said, label, sizeof label);
    memcpy(said + sizeof label, kid, CMAF_AES128_KEY);
    if (HMAC(EVP_sha256(), key, CMAF_AES128_KEY, said, sizeof said, mac, &size) == NULL)
        return ERR_MEMORY;
    memcpy(out, mac, CMAF_AES128_KEY);
    explicit_bzero(mac, sizeof mac);
    return OK;
}

static bool encrypt(EVP_CIPHER_CTX *cipher, const uint8_t *key, const uint8_t *iv, struct buf *b,
                    size_t n)
{
    int done = 0, last = 0;
    return EVP_EncryptInit_ex(cipher, EVP_aes_128_cbc(), NULL, key, iv) == 1 &&
           EVP_EncryptUpdate(cipher, b->data, &done, b->data, (int)n) == 1 &&
           EVP_EncryptFinal_ex(cipher, b->data + done, &last) == 1 &&
           (size_t)done + (size_t)last == b->size;
}

enum err cmaf_aes128_seal(const uint8_t key[CMAF_AES128_KEY], uint64_t number, struct buf *segment)
{
    uint8_t iv[CMAF_AES128_KEY] = { 0 };
    size_t n = segment->size;
    for (size_t i = 0; i < sizeof number; i++)
        iv[sizeof iv - 1 - i] = (uint8_t)(number >> (8 * i));
    if (n > INT_MAX - CMAF_AES128_PADDING)
        return ERR_FULL;
    buf_zero(segment, CMAF_AES128_PADDING - n % CMAF_AES128_PADDING);
    if (segment->err != OK)
        return segment->err;
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    bool sealed = cipher != NULL && encrypt(cipher, key, iv, segment, n);
    EVP_CIPHER_CTX_free(cipher);
    return sealed ? OK : ERR_MEMORY;
}
