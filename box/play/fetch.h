/* Small files over HTTP without waiting: manifests, licences, captions. One thread. */
#ifndef LANTERNE_BOX_PLAY_FETCH_H
#define LANTERNE_BOX_PLAY_FETCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct fetcher;
struct fetch;

struct fetch_ask {
    const char *address, *agent; /* agent may be NULL */
    const char *body;            /* posted as JSON; NULL: a GET */
    size_t ceiling;              /* bytes of the answer */
    const char *const *headers;  /* whole lines; NULL or NULL at the end */
    bool is_secret;              /* the answer's copies are wiped */
};

struct fetch_answer {
    int status;          /* 0: nobody answered */
    const char *address; /* where redirects led; lent */
    struct buf body;     /* lent; ERR_FULL in it: it was longer */
};

MUST_CHECK enum err fetcher_create(struct fetcher **out);
void fetcher_destroy(struct fetcher **fetcher); /* its fetches are destroyed first */

/* Texts are copied. ERR_ARGUMENT: no http address. ERR_MEMORY. */
MUST_CHECK enum err fetch_start(struct fetcher *fetcher, const struct fetch_ask *ask,
                                struct fetch **out);
void fetch_destroy(struct fetch **fetch); /* ends it, wherever it is */
/* Moves all on and waits for at most so long when there is nothing to do. */
void fetcher_work(struct fetcher *fetcher, int wait_ms);
/* NULL until it has ended. */
const struct fetch_answer *fetch_answer(const struct fetch *fetch);

#endif
