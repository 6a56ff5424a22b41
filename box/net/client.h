/* Asks the service, on a thread of its own. Every request has a ceiling for its answer and a time
 * by which it ends; reads are tried again a little later when nobody answered. Answers are read
 * from JSON on that thread too, so that the main one never waits.
 *
 * The main thread calls all of these. */
#ifndef LANTERNE_BOX_NET_CLIENT_H
#define LANTERNE_BOX_NET_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "box/json/tree.h"
#include "box/life/life.h"
#include "box/model/model.h"

struct client;

typedef enum err (*answer_reader)(const struct tree *t, struct arena *mem, void **out);

struct client_params {
    const char *server; /* "https://films.example", without a path */
    const char *agent;
    void (*wake)(void); /* called on the client's thread when there is an answer */
};

struct ask {
    unsigned owner;     /* whose answer it is; client_forget drops them */
    int what;           /* the asker's own word for it */
    const char *method; /* NULL: GET */
    const char *path;   /* "/api/v1/home", or a whole address: that one gets no token */
    const char *body;   /* JSON; NULL: none */
    answer_reader read; /* NULL: the body is not looked at */
    bool wants_bytes;   /* the body as it is: pictures */
    bool is_patient;    /* tried for a minute, whatever is forgotten: seats given back */
    bool is_public;     /* without the token */
    uint64_t tag;       /* given back */
};

struct answer {
    unsigned owner;
    int what, status; /* status 0: nobody answered */
    unsigned retry_after;
    struct arena *mem;       /* of value and problem; answer_finish ends it unless it was taken */
    void *value;             /* what `read` made; NULL on a problem */
    struct problem *problem; /* NULL: all is well */
    uint8_t *bytes;          /* owned; of wants_bytes */
    size_t size;
    enum outcome outcome;
    utc_time server_time; /* 0: not said */
    uint64_t tag;
};

/* ERR_ARGUMENT: the address is no http(s) one. ERR_MEMORY: no thread to be had. */
MUST_CHECK enum err client_create(const struct client_params *params, struct client **out);
void client_destroy(struct client **client);
/* NULL: none from now on. */
void client_set_token(struct client *c, const char *token);
bool client_has_token(const struct client *c);
void client_set_language(struct client *c, const char *code);
const char *client_server(const struct client *c);

void client_ask(struct client *c, const struct ask *ask);
/* What owner asked for is not wanted any more: under way it is cut, an answer is dropped. */
void client_forget(struct client *c, unsigned owner);
/* The next answer; false: none yet. answer_finish when done with it. */
bool client_poll(struct client *c, struct answer *out);
void answer_finish(struct answer *a);
/* The memory with all that was read; the caller destroys it. */
struct arena *answer_take(struct answer *a);

#endif
