/* Problem documents (RFC 9457): what the API answers when it does not do what was asked. */
#ifndef LANTERNE_SERVICE_API_PROBLEM_H
#define LANTERNE_SERVICE_API_PROBLEM_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "driver/http/server.h"

/* X(name, status, code, title): code is the stable word that the site translates. */
#define PROBLEM_TABLE(X)                                                                           \
    X(PROBLEM_MALFORMED, 400, "malformed", "The request cannot be read")                           \
    X(PROBLEM_SIGNATURE, 400, "signature", "The signature is missing or wrong")                    \
    X(PROBLEM_UNAUTHENTICATED, 401, "unauthenticated", "Sign in first")                            \
    X(PROBLEM_CREDENTIALS, 401, "credentials", "The address or the password is wrong")             \
    X(PROBLEM_SECOND_FACTOR, 401, "second-factor", "The code of the second factor is needed")      \
    X(PROBLEM_PASSKEY, 401, "passkey", "The passkey was not accepted")                             \
    X(PROBLEM_JOIN, 401, "join", "This is for members")                                            \
    X(PROBLEM_PAYMENT_DECLINED, 402, "payment-declined", "The payment was declined")               \
    X(PROBLEM_SUBSCRIBE, 403, "subscribe", "This needs a running subscription")                    \
    X(PROBLEM_RENT, 403, "rent", "This can be rented")                                             \
    X(PROBLEM_LANGUAGE, 403, "language", "It may not be offered in that language here")            \
    X(PROBLEM_NOT_OPEN, 403, "not-open", "The service is not open in your country yet")            \
    X(PROBLEM_FORBIDDEN, 403, "forbidden", "This is not allowed")                                  \
    X(PROBLEM_PROFILE, 403, "profile", "This profile may not do that")                             \
    X(PROBLEM_PIN, 403, "pin", "This asks for the PIN")                                            \
    X(PROBLEM_PIN_WRONG, 403, "pin-wrong", "The PIN is wrong")                                     \
    X(PROBLEM_ORIGIN, 403, "origin", "The request comes from another site")                        \
    X(PROBLEM_NOT_FOUND, 404, "not-found", "There is no such thing")                               \
    X(PROBLEM_DEVICE_CODE, 404, "device-code", "No box shows that code")                           \
    X(PROBLEM_METHOD, 405, "method", "This address does not take that method")                     \
    X(PROBLEM_EXISTS, 409, "exists", "It exists already")                                          \
    X(PROBLEM_STATE, 409, "state", "Its state does not allow this")                                \
    X(PROBLEM_VERSION, 409, "version", "It was changed meanwhile")                                 \
    X(PROBLEM_NOT_YET, 409, "not-yet", "It is coming, but not here yet")                           \
    X(PROBLEM_NOT_READY, 409, "not-ready", "It is not ready yet")                                  \
    X(PROBLEM_PAYMENT_MEANS, 409, "payment-means", "There are no payment means for it")            \
    X(PROBLEM_PLAN, 409, "plan", "The plan is not sold here")                                      \
    X(PROBLEM_PRICE, 409, "price", "It has no price here")                                         \
    X(PROBLEM_GIFT, 409, "gift", "The code is unknown, used or expired")                           \
    X(PROBLEM_STREAMS_FULL, 409, "streams-full", "As many streams run as the account may have")    \
    X(PROBLEM_TITLE_FULL, 409, "title-full", "As many are watching it as its contract allows")     \
    X(PROBLEM_STREAM_ENDED, 409, "stream-ended", "The stream runs no more")                        \
    X(PROBLEM_PARTNER, 409, "partner", "A partner pays for this account")                          \
    X(PROBLEM_LINK, 410, "link", "The link was used, or its time has passed")                      \
    X(PROBLEM_PARTNER_TOKEN, 410, "partner-token", "The code was used, or its time has passed")    \
    X(PROBLEM_TOO_LARGE, 413, "too-large", "The request is too large")                             \
    X(PROBLEM_URI, 414, "too-large", "The address is too long")                                    \
    X(PROBLEM_MEDIA_TYPE, 415, "media-type", "The body must be application/json")                  \
    X(PROBLEM_VALIDATION, 422, "validation", "A value is missing or not allowed")                  \
    X(PROBLEM_SLOW_DOWN, 429, "slow-down", "Too many tries: wait a little")                        \
    X(PROBLEM_HEADERS, 431, "too-large", "The header is too large")                                \
    X(PROBLEM_INTERNAL, 500, "internal", "Something went wrong on our side")                       \
    X(PROBLEM_BUSY, 503, "busy", "The service is busy: try again")                                 \
    X(PROBLEM_PAYMENT_BUSY, 503, "payment-busy", "The payment service gave no answer")             \
    X(PROBLEM_NO_SPACE, 507, "no-space", "The service has no space left")

enum problem {
#define X(name, status, code, title) name,
    PROBLEM_TABLE(X)
#undef X
        N_PROBLEMS
};

/* Opens a problem document; who calls adds members of its own and closes it. */
void problem_open(struct json_writer *w, enum problem problem, const char *detail);
/* Makes the answer that problem. field: NULL or the wrong one's name; detail: NULL or a sentence.
 * Headers that the answer has already (a cleared cookie, Allow) stay. */
void problem_answer(struct arena *arena, struct http_answer *answer, enum problem problem,
                    const char *field, const char *detail);
/* The problem that tells the caller what an error of the store means; PROBLEM_INTERNAL for what the
 * caller cannot help. */
enum problem problem_of_err(enum err err);
/* The problem that fits a status the HTTP server refuses with. */
enum problem problem_of_status(int status);
/* Row i of the table, for tests: its code and status. */
const char *problem_code(enum problem problem);
int problem_status(enum problem problem);

#endif
