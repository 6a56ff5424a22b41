/* Any bytes as what an authenticator says: reading ends, and what it gives lies inside the bytes.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "format/webauthn/webauthn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_data(const uint8_t *data, size_t size)
{
    struct webauthn_authenticator said;
    struct webauthn_key key;
    if (webauthn_authenticator_read(data, size, &said) != WEBAUTHN_GOOD)
        return;
    assert(said.rp_id_hash == data && size >= 37);
    assert((said.credential != NULL) == ((said.flags & WEBAUTHN_HAS_CREDENTIAL) != 0));
    if (said.credential == NULL)
        return;
    assert(said.credential_size > 0 && said.credential_size <= WEBAUTHN_CREDENTIAL_MAX);
    assert(said.credential >= data && said.credential + said.credential_size <= said.cose);
    assert(said.cose_size > 0 && said.cose + said.cose_size <= data + size);
    enum webauthn_fault fault = webauthn_key_read(said.cose, said.cose_size, &key);
    assert(fault < N_WEBAUTHN_FAULTS);
    assert(fault != WEBAUTHN_GOOD || (key.size > 0 && key.size <= WEBAUTHN_KEY_MAX));
}

static void read_address(const uint8_t *data, size_t size)
{
    char text[512];
    struct webauthn_site site;
    size_t n = size < sizeof text ? size : sizeof text - 1;
    if (n > 0)
        memcpy(text, data, n);
    text[n] = 0;
    if (webauthn_site_of(text, &site))
        assert(strstr(site.origin, site.rp_id) != NULL && strlen(site.rp_id) > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *inner;
    size_t n;
    if (webauthn_attestation_read(data, size, &inner, &n) == WEBAUTHN_GOOD) {
        assert(inner >= data && inner + n <= data + size);
        read_data(inner, n);
    }
    read_data(data, size);
    read_address(data, size);
    return 0;
}
