/* A server to test, with handlers for what the tests ask, and how they check an answer. */
#ifndef LANTERNE_TEST_HTTP_HOUSE_H
#define LANTERNE_TEST_HTTP_HOUSE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* setjmp.h, stdarg.h and cmocka.h come before this. */
#include "caller.h"
#include "driver/http/server.h"

enum {
    FILE_SIZE = 3 * 1024 * 1024 + 17,
    LONG_SIZE = 24 * 1024 * 1024, /* "/long": the file and then zeros, more than sockets hold */
    PART_AT = 1000,               /* where the representation "/part" begins in the file */
    PART_SIZE = 65537,
};

extern uint8_t pattern[FILE_SIZE]; /* what is in the file */
extern bool fallback_only;         /* every test is run against both engines */

/* What the handlers need: a file, a content, and a gate that holds "/gate" until it is opened. */
struct house {
    struct http_server *server;
    struct http_file *file;
    struct http_content *content;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    unsigned at_gate;
    bool open;
    uint16_t port;
};

struct house *house_create(const struct http_server_params *wishes);
struct house *plain_house(void);
void house_destroy(struct house *h);
void wait_until_at_gate(struct house *h, unsigned n);
void open_gate(struct house *h);

/* want NULL: the header must not be there. */
void expect_header(const struct answer *a, const char *name, const char *want);
/* Asks and checks status and body; body NULL: any. Leaves the headers to the caller. */
struct answer expect(int fd, const char *ask, int status, const char *body);
void expect_and_drop(int fd, const char *ask, int status, const char *body);

/* Runs the group against both engines; for main. */
int run_against_both(const struct CMUnitTest *tests, size_t n);

#endif
