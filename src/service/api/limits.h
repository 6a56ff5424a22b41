/* How long what comes from outside may be, in bytes; rules judge the rest. */
#ifndef LANTERNE_SERVICE_API_LIMITS_H
#define LANTERNE_SERVICE_API_LIMITS_H

enum {
    LIMIT_EMAIL = 254,             /* RFC 5321 */
    LIMIT_PASSWORD = 800,          /* 200 characters of 4 bytes */
    LIMIT_LANGUAGE = 35,           /* BCP 47 recommends room for this */
    LIMIT_TEXT = 4 * 300,          /* a title, a name: 300 characters */
    LIMIT_LONG = 4 * 4000,         /* a synopsis: 4,000 characters */
    LIMIT_WORD = 64,               /* a genre, a role, a rating */
    LIMIT_PASSKEY_NAME = 4 * 64,   /* 64 characters */
    LIMIT_CLIENT_DATA = 4096,      /* base64url, as the rest: browsers' have some 150 bytes */
    LIMIT_ATTESTATION = 16 * 1024, /* with certificates that nobody asked for */
    LIMIT_AUTHENTICATOR_DATA = 4096,
    LIMIT_SIGNATURE = 1024,  /* RSA of 4,096 bits has 683 */
    LIMIT_CREDENTIAL = 1364, /* 1,023 bytes */
    LIMIT_USER_HANDLE = 86,  /* 64 bytes */
    LIMIT_ONCE = 64,         /* a key under which something is done once */
    LIMIT_SEARCH = 200,      /* what is searched for */
    LIMIT_PAGE = 200,        /* entries of one page */
    LIMIT_TEXTS = 40,        /* languages of a title */
    LIMIT_CREDITS = 200,     /* entries */
    LIMIT_GENRES = 10,       /* entries */
    LIMIT_COUNTRIES = 20,    /* entries */
    LIMIT_RATINGS = 20,      /* entries */
};

#endif
