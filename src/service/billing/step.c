#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "driver/store/partners.h"
#include "format/sepa/calendar.h"
#include "service/billing/inside.h"

static void add_letter(struct arena *arena, const struct billing_letter *ask, utc_time now,
                       struct billing_step *step)
{
    if (ask->member != NULL && step->n_letters < BILLING_LETTERS_MAX)
        billing_letter_of(arena, ask, now, &step->letters[step->n_letters++]);
}

/* Who pays, or did; NULL: no partner. */
static const char *partner_name(struct billing *b, struct arena *arena,
                                const struct billing_step *step)
{
    struct partner partner;
    const char *id = step->change.after.partner;
    if (id[0] == 0)
        id = step->before.partner;
    if (id[0] == 0)
        return NULL;
    enum err err = store_partner_find(b->params.store, arena, id, &partner);
    return err == OK ? partner.name : NULL;
}

void billing_step_letter(struct billing *b, struct arena *arena, struct billing_reader *reader,
                         utc_time now, struct billing_step *step)
{
    const struct membership_change *c = &step->change;
    const char *plan = c->after.plan[0] != 0 ? c->after.plan : step->before.plan;
    if (!c->has_letter)
        return;
    if (c->letter == LETTER_PLAN && c->after.next_plan[0] != 0)
        plan = c->after.next_plan; /* a smaller one: from the next period on */
    add_letter(arena,
               &(struct billing_letter){
                   .kind = c->letter,
                   .member = billing_reader(b, arena, reader, c->after.member),
                   .amount = c->letter_amount.currency[0] != 0 ? &c->letter_amount : NULL,
                   .when = c->letter_at,
                   .plan = plan,
                   .partner = partner_name(b, arena, step) },
               now, step);
}

utc_time billing_debit_at(const struct billing *b, const struct zone *zone, utc_time now)
{
    enum { NOON = 12 * 3600 };
    civil_day day = sepa_bank_day_after(zone_day(zone, now, NULL), b->params.lead_days);
    return zone_instant(zone, day, NOON);
}

/* A direct debit has to be announced; a card's receipt is left out where another letter says it. */
static void add_receipt(struct billing *b, struct arena *arena, const struct billing_facts *facts,
                        struct billing_reader *reader, utc_time now, struct billing_step *step)
{
    const struct charge *c = &step->charge;
    bool is_debit = c->state == CHARGE_PENDING;
    const struct zone *zone = billing_zone(facts, arena, c->territory);
    if (!is_debit && step->change.has_letter)
        return;
    add_letter(arena,
               &(struct billing_letter){ .kind = is_debit ? LETTER_DEBIT : LETTER_RECEIPT,
                                         .member = billing_reader(b, arena, reader, c->member),
                                         .amount = &c->amount,
                                         .when = is_debit ? billing_debit_at(b, zone, now)
                                                          : (utc_time){ 0 },
                                         .plan = step->change.after.plan },
               now, step);
}

enum err billing_step_paid(struct billing *b, struct arena *arena,
                           const struct billing_facts *facts, struct billing_reader *reader,
                           enum means_kind means, const struct charge *before, utc_time now,
                           struct billing_step *step)
{
    const struct charge *c = &step->charge;
    const struct member *member = billing_reader(b, arena, reader, c->member);
    enum err err = billing_entry_sold(c, means, before->state == CHARGE_RETURNED, now,
                                      &step->entries[step->n_entries]);
    if (err != OK)
        return err;
    step->n_entries++;
    step->has_invoice = true;
    billing_invoice_of(b, billing_zone(facts, arena, c->territory), c,
                       member != NULL ? member->email : "", now, &step->invoice);
    memcpy(step->invoice.plan, step->change.after.plan, sizeof step->invoice.plan);
    step->invoice.from = step->change.invoice_from;
    step->invoice.until = step->change.invoice_until;
    add_receipt(b, arena, facts, reader, now, step);
    return OK;
}

struct store_billing billing_step_item(struct billing_step *step)
{
    struct store_billing item = { .n_entries = step->n_entries,
                                  .entries = step->entries,
                                  .n_letters = step->n_letters,
                                  .letters = step->letters };
    if (step->change.after.member.s[0] != 0) {
        item.change = &step->change;
        item.version = step->before.version;
    }
    if (step->charge.id.s[0] != 0)
        item.charge = &step->charge;
    if (step->has_invoice)
        item.invoice = &step->invoice;
    return item;
}

enum err billing_save(struct billing *b, struct store_billing *item)
{
    enum err err = store_billing_commit(b->params.store, item, 1);
    return err != OK ? err : item->is_done ? OK : item->err;
}

void billing_count(struct billing_renewal *t, const struct membership_change *c, size_t n_letters)
{
    if (t == NULL)
        return;
    t->letters += (int64_t)n_letters;
    if (c == NULL)
        return;
    t->notices += c->has_letter && c->letter == LETTER_PRICE ? 1 : 0;
    for (size_t i = 0; i < c->n_rows; i++) {
        enum membership_row_kind kind = c->rows[i].kind;
        t->renewed += kind == ROW_RENEW ? 1 : 0;
        t->converted += kind == ROW_CONVERT ? 1 : 0;
        t->suspended += kind == ROW_SUSPEND ? 1 : 0;
        t->ended += kind == ROW_END ? 1 : 0;
        t->paused += kind == ROW_PAUSE ? 1 : 0;
        t->resumed += kind == ROW_RESUME ? 1 : 0;
    }
}

void billing_say(struct billing_result *out, enum billing_answer answer, const char *format, ...)
{
    va_list args;
    out->answer = answer;
    va_start(args, format);
    vsnprintf(out->why, sizeof out->why, format, args);
    va_end(args);
}

void billing_id_new(char out[ID_TEXT])
{
    id_new_in_order(clock_now(), out);
}

void billing_id_of_once(member_id member, const char *once, char out[ID_TEXT])
{
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567"; /* as base/id.h */
    struct buf said;
    uint8_t digest[TOKEN_DIGEST];
    buf_init(&said, 4096);
    buf_put(&said, member.s, strlen(member.s));
    buf_put(&said, "\n", 1);
    buf_put(&said, once, strnlen(once, 2048));
    secret_digest(said.data, said.size, digest);
    buf_finish(&said);
    /* Five bits a character, as base32 of 128 bits; the last has three of them. */
    for (size_t i = 0; i < ID_TEXT - 1; i++) {
        uint32_t two = (uint32_t)digest[i * 5 / 8] << 8 | digest[i * 5 / 8 + 1];
        uint32_t five = two >> (11 - i * 5 % 8) & 31;
        out[i] = alphabet[i == ID_TEXT - 2 ? five & 28 : five];
    }
    out[ID_TEXT - 1] = 0;
}

enum err billing_means_of(struct billing *b, struct arena *arena, const struct charge *charge,
                          struct means *out)
{
    *out = (struct means){ .kind = MEANS_CARD };
    if (charge->means.s[0] == 0)
        return OK;
    enum err err = store_means_get(b->params.store, arena, charge->member, charge->means, out);
    return err == ERR_NOT_FOUND ? OK : err;
}
