/* What becomes of one debit: the charge first, by the service's one way to hear of it, and then the
 * debit itself. Who dies between the two does both again, and the first finds nothing left to do.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "format/sepa/reason.h"
#include "service/billing/sepa.h"

#include "service/billing/inside.h"

void billing_sepa_id(charge_id charge, unsigned number, char out[SEPA_ID])
{
    snprintf(out, SEPA_ID, "%s-%u", charge.s, number);
}

/* Banks keep the case of letters, most of them. */
bool billing_sepa_id_read(const char *text, charge_id *charge, unsigned *number)
{
    char id[ID_TEXT] = "";
    int64_t n = 0;
    size_t size = strlen(text);
    if (size < ID_TEXT + 1 || text[ID_TEXT - 1] != '-')
        return false;
    for (size_t i = 0; i < ID_TEXT - 1; i++)
        id[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
    if (!id_parse(id, ID_TEXT - 1, charge->s) ||
        text_to_i64(text + ID_TEXT, size - ID_TEXT, 1, UINT32_MAX, &n) != OK)
        return false;
    *number = (unsigned)n;
    return true;
}

void billing_sepa_why(const char *reason, const char *info, char why[CHARGE_WHY])
{
    const struct sepa_reason *known = sepa_reason_find(reason);
    const char *text = known != NULL ? known->text : "the debit came back";
    struct buf out;
    buf_init(&out, 1024);
    buf_printf(&out, "%s%s%s", reason, reason[0] != 0 ? ": " : "", text);
    if (known == NULL && info[0] != 0)
        buf_printf(&out, ": %s", info);
    size_t n = out.size < CHARGE_WHY - 1 ? out.size : CHARGE_WHY - 1;
    while (n > 0 && !text_is_utf8(buf_string(&out), n))
        n--;
    memcpy(why, buf_string(&out), n);
    why[n] = 0;
    buf_finish(&out);
}

/* Whether the charge still is at this try: who died after it was heard may have left it to be tried
 * anew. */
static enum err is_at_try(struct billing *b, struct arena *arena,
                          const struct store_sepa_debit *debit, struct charge *charge, bool *is_at)
{
    enum err err = store_charge_get(b->params.store, arena, debit->charge, charge);
    *is_at = err == OK && charge->tries == debit->number;
    return err;
}

enum err billing_sepa_settle(struct billing *b, struct arena *arena,
                             const struct store_sepa_debit *debit, utc_time now)
{
    struct charge charge;
    struct billing_result result = { 0 };
    bool is_at = false;
    char id[SEPA_ID];
    billing_sepa_id(debit->charge, debit->number, id);
    enum err err = is_at_try(b, arena, debit, &charge, &is_at);
    /* One that nobody wants any more is money to be given back, which the news says by PAID. */
    bool is_void = err == OK && charge.state == CHARGE_VOID;
    if (err == OK && is_at)
        err = billing_hear(
            b, arena,
            &(struct billing_news){ .charge = debit->charge,
                                    .outcome = is_void ? CHARGE_TRY_PAID : CHARGE_TRY_PENDING,
                                    .is_settled = true,
                                    .reference = is_void ? id : NULL,
                                    .at = now },
            &result);
    return err == OK
               ? store_sepa_debit_move(b->params.store, debit, SEPA_DEBIT_SETTLED, "", false, now)
               : err;
}

enum { WORKERS = 24 };

struct settling {
    struct billing *b;
    const struct store_sepa_debit *debits;
    size_t n;
    utc_time now;
    atomic_size_t next;
    atomic_int err; /* the first */
};

static void *settle_some(void *context)
{
    struct settling *s = context;
    for (;;) {
        size_t i = atomic_fetch_add(&s->next, 1);
        int none = OK;
        if (i >= s->n || atomic_load(&s->err) != OK)
            return NULL;
        if (s->debits[i].state != SEPA_DEBIT_SENT)
            continue;
        struct arena *arena = arena_create();
        enum err err = billing_sepa_settle(s->b, arena, &s->debits[i], s->now);
        if (err != OK)
            atomic_compare_exchange_strong(&s->err, &none, err);
        arena_destroy(&arena);
    }
}

enum err billing_sepa_settle_all(struct billing *b, const struct store_sepa_debit *debits, size_t n,
                                 utc_time now)
{
    struct settling s = { .b = b, .debits = debits, .n = n, .now = now };
    pthread_t workers[WORKERS];
    size_t started = 0;
    while (started < WORKERS && started + 1 < n &&
           pthread_create(&workers[started], NULL, settle_some, &s) == 0)
        started++;
    settle_some(&s); /* also when no thread can be had */
    while (started > 0)
        pthread_join(workers[--started], NULL);
    return (enum err)atomic_load(&s.err);
}

enum err billing_sepa_back(struct billing *b, struct arena *arena,
                           const struct store_sepa_debit *debit, enum sepa_debit_state to,
                           const char *reason, const char *info, utc_time now)
{
    struct charge charge;
    struct billing_result result = { 0 };
    bool is_at = false;
    char why[CHARGE_WHY];
    const struct sepa_reason *known = sepa_reason_find(reason);
    bool is_final = known != NULL && known->is_final;
    billing_sepa_why(reason, info, why);
    enum err err = is_at_try(b, arena, debit, &charge, &is_at);
    if (err == OK && is_at)
        err = billing_hear(
            b, arena,
            &(struct billing_news){ .charge = debit->charge,
                                    .outcome = is_final ? CHARGE_TRY_REFUSED : CHARGE_TRY_DECLINED,
                                    .is_return = true,
                                    .why = why,
                                    .at = now },
            &result);
    return err == OK ? store_sepa_debit_move(b->params.store, debit, to, reason, is_final, now)
                     : err;
}
