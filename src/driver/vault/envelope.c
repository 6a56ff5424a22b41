/* The library gives a type the name of an error of ours. */
#define ERR_STATE openssl_err_state
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#undef ERR_STATE

#include <sodium.h>
#include <stdlib.h>

#include "base/clock.h"
#include "driver/vault/envelope.h"
#include "driver/vault/vault.h"

enum { KEY = 32, MAC_KEY = 64, IV = 16 };

struct secrets {
    uint8_t document[KEY], mac[MAC_KEY];
};

struct envelope {
    uint8_t certificate[ENVELOPE_CERTIFICATE_MAX];
    size_t certificate_size;
    uint8_t document_key[ENVELOPE_RSA_MOST], mac_key[ENVELOPE_RSA_MOST];
    size_t document_key_size, mac_key_size;
    struct secrets *secrets; /* of vault_secret_alloc */
};

static X509 *read_certificate(const uint8_t *bytes, size_t n)
{
    BIO *bio = BIO_new_mem_buf(bytes, (int)n);
    X509 *x = bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, NULL, NULL);
    BIO_free(bio);
    if (x == NULL)
        x = d2i_X509(NULL, &bytes, (long)n);
    ERR_clear_error();
    return x;
}

static enum err encrypt(EVP_PKEY *to, const uint8_t *bytes, size_t n, uint8_t *out, size_t *size)
{
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(to, NULL);
    *size = ENVELOPE_RSA_MOST;
    bool is_good = c != NULL && EVP_PKEY_encrypt_init(c) > 0 &&
                   EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_OAEP_PADDING) > 0 &&
                   EVP_PKEY_encrypt(c, out, size, bytes, n) > 0; /* SHA-1 is OAEP's default */
    EVP_PKEY_CTX_free(c);
    ERR_clear_error();
    return is_good ? OK : ERR_INTERNAL;
}

static enum err check(const X509 *x, EVP_PKEY *key)
{
    if (key == NULL || EVP_PKEY_base_id(key) != EVP_PKEY_RSA ||
        EVP_PKEY_bits(key) < ENVELOPE_RSA_LEAST || EVP_PKEY_size(key) > ENVELOPE_RSA_MOST)
        return ERR_UNSUPPORTED;
    time_t now = (time_t)(clock_now().us / UTC_SECOND);
    bool is_valid = X509_cmp_time(X509_get0_notBefore(x), &now) < 0 &&
                    X509_cmp_time(X509_get0_notAfter(x), &now) > 0;
    return is_valid ? OK : ERR_EXPIRED;
}

static enum err fill(struct envelope *e, X509 *x)
{
    uint8_t *der = e->certificate;
    EVP_PKEY *key = X509_get0_pubkey(x);
    int n = i2d_X509(x, NULL);
    if (n <= 0 || n > ENVELOPE_CERTIFICATE_MAX)
        return ERR_MALFORMED;
    e->certificate_size = (size_t)i2d_X509(x, &der);
    enum err err = check(x, key);
    if (err != OK)
        return err;
    e->secrets = vault_secret_alloc(sizeof *e->secrets);
    if (e->secrets == NULL)
        return ERR_MEMORY;
    randombytes_buf(e->secrets, sizeof *e->secrets);
    err = encrypt(key, e->secrets->document, KEY, e->document_key, &e->document_key_size);
    return err == OK ? encrypt(key, e->secrets->mac, MAC_KEY, e->mac_key, &e->mac_key_size) : err;
}

enum err envelope_create(const uint8_t *certificate, size_t n, struct envelope **out)
{
    *out = NULL;
    X509 *x = n > ENVELOPE_CERTIFICATE_MAX ? NULL : read_certificate(certificate, n);
    struct envelope *e = calloc(1, sizeof *e);
    enum err err = e == NULL ? ERR_MEMORY : x == NULL ? ERR_MALFORMED : fill(e, x);
    X509_free(x);
    if (err == OK)
        *out = e;
    else
        envelope_destroy(&e);
    return err;
}

void envelope_destroy(struct envelope **envelope)
{
    struct envelope *e = *envelope;
    *envelope = NULL;
    if (e != NULL)
        vault_secret_free(&e->secrets);
    free(e);
}

const uint8_t *envelope_certificate(const struct envelope *e, size_t *n)
{
    *n = e->certificate_size;
    return e->certificate;
}

const uint8_t *envelope_document_key(const struct envelope *e, size_t *n)
{
    *n = e->document_key_size;
    return e->document_key;
}

const uint8_t *envelope_mac_key(const struct envelope *e, size_t *n)
{
    *n = e->mac_key_size;
    return e->mac_key;
}

/* The MAC is of the IV and what follows it, as the value is written. */
enum err envelope_seal(struct envelope *e, const uint8_t key[16], uint8_t value[ENVELOPE_VALUE],
                       uint8_t mac[ENVELOPE_MAC])
{
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    int n = 0, last = 0;
    unsigned size = 0;
    randombytes_buf(value, IV);
    bool is_good =
        c != NULL &&
        EVP_EncryptInit_ex(c, EVP_aes_256_cbc(), NULL, e->secrets->document, value) > 0 &&
        EVP_EncryptUpdate(c, value + IV, &n, key, 16) > 0 &&
        EVP_EncryptFinal_ex(c, value + IV + n, &last) > 0 && IV + n + last == ENVELOPE_VALUE &&
        HMAC(EVP_sha512(), e->secrets->mac, MAC_KEY, value, ENVELOPE_VALUE, mac, &size) != NULL &&
        size == ENVELOPE_MAC;
    EVP_CIPHER_CTX_free(c); /* wipes the schedule */
    return is_good ? OK : ERR_INTERNAL;
}
