#include <string.h>

#include "format/webauthn/webauthn.h"

const char *webauthn_fault_name(enum webauthn_fault fault)
{
    static const char *const names[] = { [WEBAUTHN_GOOD] = "good",
#define X(name, word) [name] = word,
                                         WEBAUTHN_FAULTS(X)
#undef X
    };
    return names[fault];
}

const int webauthn_algorithms[] = { WEBAUTHN_ES256, WEBAUTHN_EDDSA, WEBAUTHN_RS256 };

const char *const webauthn_transports[] = {
#define X(name) name,
    WEBAUTHN_TRANSPORTS(X)
#undef X
};

unsigned webauthn_transport(const char *name)
{
    for (unsigned i = 0; i < N_WEBAUTHN_TRANSPORTS; i++)
        if (strcmp(webauthn_transports[i], name) == 0)
            return 1U << i;
    return 0;
}
