#include "service/mail/mail.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/rounds.h"
#include "driver/store/letters.h"
#include "service/mail/compose.h"

enum {
    LEASE_SECONDS = 150, /* longer than any letter takes to send (driver/mail: 60) */
    LOOK_SECONDS = 1,
    REST_SECONDS = 30 /* after the store itself failed */
};

struct mail_service {
    struct mail_service_params params;
    struct rounds *rounds;
};

int64_t mail_wait_us(unsigned tries)
{
    enum { FIRST = 60, MOST = 4 * 3600 };
    int64_t seconds = FIRST;
    for (unsigned i = 1; i < tries && seconds < MOST; i++)
        seconds *= 2;
    return (seconds < MOST ? seconds : MOST) * UTC_SECOND;
}

/* A letter that was sealed when it was caused. */
static enum err open_letter(const struct mail_service *s, struct arena *arena,
                            const struct store_letter *l, const void **data, size_t *n,
                            char why[MAIL_WHY_TEXT])
{
    char of[64];
    *n = l->sealed_size < SECRET_EXTRA ? 0 : l->sealed_size - SECRET_EXTRA;
    uint8_t *plain = arena_alloc(arena, *n + 1);
    snprintf(of, sizeof of, "letter %s", l->id.s);
    *data = plain;
    if (secret_open(s->params.key, of, l->sealed, l->sealed_size, plain) == OK)
        return OK;
    snprintf(why, MAIL_WHY_TEXT, "it was sealed under another key than keys/secrets.key");
    return ERR_DENIED;
}

/* Once, or until the lease ends and another takes it. */
static enum err deliver(const struct mail_service *s, struct arena *arena,
                        const struct store_letter *l, char why[MAIL_WHY_TEXT])
{
    const void *data;
    size_t n;
    enum err err = l->facts != NULL ? mail_compose(&s->params, arena, l, &data, &n, why)
                                    : open_letter(s, arena, l, &data, &n, why);
    if (err != OK)
        return err;
    return mail_send(
        s->params.sink,
        &(struct mail_letter){
            .id = l->id.s, .written = l->created, .to = l->to, .data = data, .size = n },
        why);
}

/* Addresses, and what a server says of them, stay out of the log: `lanterne mail list` has both. */
static enum err settle(const struct mail_service *s, const struct store_letter *l, enum err sent,
                       const char *why)
{
    utc_time now = clock_now();
    if (sent == OK) {
        log_info("mail", "letter %s (%s) was sent", l->id.s, l->kind);
        return store_letter_sent(s->params.store, l->id, l->to, now);
    }
    if (sent == ERR_CANCELLED)
        return store_letter_later(s->params.store, l->id, now, l->why);
    if (sent == ERR_DENIED || now.us - l->created.us >= MAIL_GIVE_UP_US) {
        log_warning("mail", "letter %s (%s) is given up after %u tries: %s", l->id.s, l->kind,
                    l->tries, err_text(sent));
        return store_letter_failed(s->params.store, l->id, why);
    }
    int64_t wait_us = mail_wait_us(l->tries);
    log_warning("mail", "letter %s (%s) could not be sent, again in %" PRId64 " s: %s", l->id.s,
                l->kind, wait_us / UTC_SECOND, err_text(sent));
    return store_letter_later(s->params.store, l->id, (utc_time){ now.us + wait_us }, why);
}

/* One letter. ERR_NOT_FOUND: none is due. */
static enum err send_one(const struct mail_service *s)
{
    struct arena *arena = arena_create();
    struct store_letter letter;
    char why[MAIL_WHY_TEXT] = "";
    enum err err =
        store_letter_take(s->params.store, arena, clock_now(), LEASE_SECONDS * UTC_SECOND, &letter);
    if (err == OK) {
        enum err sent = deliver(s, arena, &letter, why);
        err = settle(s, &letter, sent, why[0] != 0 ? why : err_text(sent));
        if (err == ERR_NOT_FOUND)
            err = OK; /* its member went meanwhile, and it with them */
    }
    arena_destroy(&arena);
    return err;
}

static unsigned round_of(void *context, const atomic_int *is_stopping)
{
    enum err err = OK;
    while (err == OK && !atomic_load(is_stopping))
        err = send_one(context);
    if (err == OK || err == ERR_NOT_FOUND)
        return LOOK_SECONDS;
    log_error("mail", "the outbox cannot be worked on: %s", err_text(err));
    return REST_SECONDS;
}

enum err mail_service_start(const struct mail_service_params *params, struct mail_service **out)
{
    struct mail_service *s = calloc(1, sizeof *s);
    if (s == NULL)
        return ERR_MEMORY;
    s->params = *params;
    enum err err = rounds_start(round_of, s, 0, &s->rounds);
    if (err == OK)
        *out = s;
    else
        free(s);
    return err;
}

void mail_service_stop(struct mail_service **service)
{
    struct mail_service *s = *service;
    if (s == NULL)
        return;
    rounds_end(s->rounds);
    mail_sink_interrupt(s->params.sink);
    rounds_stop(&s->rounds);
    free(s);
    *service = NULL;
}
