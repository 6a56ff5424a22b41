/* What becomes of a rental's charge, and what its film costs the house. */
#include <stdio.h>
#include <string.h>

#include "driver/json/reader.h"
#include "driver/store/rental_right.h"
#include "driver/store/titles.h"
#include "service/billing/inside.h"
#include "service/billing/rent.h"

/* ---- what it costs the house ----------------------------------------------------------------- */

static bool read_amount(struct json_reader *term, struct money *out)
{
    enum { AMOUNT_MAX = 64 };
    const char *amount = json_read_text(term, "amount", JSON_OPTIONAL, 1, AMOUNT_MAX);
    const char *currency = json_read_text(term, "currency", JSON_OPTIONAL, 3, 3);
    return amount != NULL && currency != NULL &&
           money_parse(amount, strlen(amount), currency, out) == OK && out->minor > 0;
}

/* The wholesale price among the terms of an avail's transaction; an episode's own goes first. */
static bool find_wholesale(const char *said, bool is_episode, struct money *out)
{
    enum { TERMS_MAX = 1000, NAME_MAX_BYTES = 200 };
    static const char *const names[] = { "TPR-EpisodeWSP", "EpisodeWSP", "EpisodeWSP-PostTax",
                                         "TPR-WSP",        "WSP",        "WSP-PostTax" };
    enum { OF_EPISODES = 3, NAMES = sizeof names / sizeof names[0] };
    struct json_document *document = NULL;
    struct json_fault fault = { 0 };
    struct json_list terms = { 0 };
    bool found = false;
    if (said == NULL || json_document_read(said, strlen(said), &document, &fault) != OK)
        return false;
    struct json_reader o = json_reader_of(document, &fault);
    json_read_list(&o, "terms", JSON_OPTIONAL, TERMS_MAX, &terms);
    for (size_t k = is_episode ? 0 : OF_EPISODES; k < NAMES && !found; k++) {
        for (size_t i = 0; i < terms.n && !found; i++) {
            struct json_reader term = json_read_list_object(&terms, i);
            const char *name = json_read_text(&term, "name", JSON_OPTIONAL, 0, NAME_MAX_BYTES);
            found = name != NULL && strcmp(name, names[k]) == 0 && read_amount(&term, out);
        }
    }
    json_document_destroy(&document);
    return found;
}

static void cost_key(const struct rental *rental, char out[LEDGER_KEY])
{
    snprintf(out, LEDGER_KEY, "cost %s", rental->id.s);
}

enum err rent_cost(struct billing *b, struct arena *arena, const struct rental *rental,
                   utc_time now, struct ledger_entry *out)
{
    struct store_right_source source;
    struct money cost = { 0 };
    char key[LEDGER_KEY];
    if (rental->studio == NULL || rental->studio[0] == 0)
        return ERR_NOT_FOUND;
    enum err err = store_right_source(b->params.store, arena, rental->right, &source);
    if (err != OK)
        return err;
    bool is_episode = strcmp(rental->playable.s, rental->title.s) != 0;
    if (!find_wholesale(source.said, is_episode, &cost))
        return ERR_NOT_FOUND;
    cost_key(rental, key);
    *out = ledger_entry_of(LEDGER_COST, key, now, cost.currency);
    memcpy(out->member, rental->member.s, sizeof out->member);
    memcpy(out->subject, rental->id.s, sizeof out->subject);
    err = ledger_post(out, cost.minor, "cost:studio:%s", rental->studio);
    return err == OK ? ledger_post(out, -cost.minor, "payable:studio:%s", rental->studio) : err;
}

/* What was never watched is not owed; ERR_NOT_FOUND: it was, or nothing is. */
static enum err take_cost_back(struct billing *b, const struct rental *rental, utc_time now,
                               struct ledger_entry *out)
{
    struct ledger_entry booked;
    char key[LEDGER_KEY];
    if (rental->started.us != 0)
        return ERR_NOT_FOUND;
    cost_key(rental, key);
    enum err err = store_ledger_get(b->params.store, key, &booked);
    if (err != OK)
        return err;
    snprintf(key, sizeof key, "cost-back %s", rental->id.s);
    *out = ledger_reverse(&booked, LEDGER_COST, key, now);
    return OK;
}

/* ---- what became of its charge --------------------------------------------------------------- */

/* Room for two more entries in the item; what it has stays in front. */
static struct ledger_entry *more_entries(struct arena *arena, struct store_billing *item)
{
    struct ledger_entry *all = ARENA_ARRAY(arena, struct ledger_entry, item->n_entries + 2);
    if (item->n_entries > 0)
        memcpy(all, item->entries, item->n_entries * sizeof *all);
    item->entries = all;
    return all + item->n_entries;
}

static const char *name_of(struct billing *b, struct arena *arena, const struct rental *rental)
{
    struct title title;
    struct title_episode episode;
    if (store_playable_find(b->params.store, arena, rental->playable, &title, &episode) != OK)
        return NULL;
    if (episode.id.s[0] == 0)
        return title.original_title;
    return arena_printf(arena, "%s S%dE%d", title.original_title, episode.season, episode.number);
}

static enum err make_invoice(struct billing *b, struct arena *arena, const struct charge *charge,
                             const struct rental *rental, utc_time now, struct store_billing *item)
{
    struct billing_facts facts;
    struct billing_reader reader = { 0 };
    enum err err = billing_facts_read(b, arena, &facts);
    if (err != OK)
        return err;
    const struct member *member = billing_reader(b, arena, &reader, charge->member);
    struct invoice *invoice = ARENA_NEW(arena, struct invoice);
    billing_invoice_of(b, billing_zone(&facts, arena, charge->territory), charge,
                       member != NULL ? member->email : "", now, invoice);
    invoice->title = name_of(b, arena, rental);
    invoice->from = rental->bought;
    invoice->until = rental->start_by;
    item->invoice = invoice;
    return OK;
}

/* It is theirs from now on; the days to start it count from when it was paid. */
static void become_bought(struct rental *rental, utc_time now)
{
    if (rental->bought.us != 0)
        return;
    rental->start_by.us += now.us - rental->ordered.us;
    rental->bought = now;
}

static enum err was_paid(struct billing *b, struct arena *arena, const struct charge *charge,
                         struct rental *rental, utc_time now, struct store_billing *item)
{
    struct means means;
    struct ledger_entry *entries = more_entries(arena, item);
    bool is_first = rental->bought.us == 0;
    become_bought(rental, now);
    enum err err = billing_means_of(b, arena, charge, &means);
    if (err == OK)
        err = billing_entry_sold(charge, means.kind, item->charge_was == CHARGE_RETURNED, now,
                                 &entries[0]);
    if (err != OK)
        return err;
    item->n_entries++;
    enum err cost = is_first ? rent_cost(b, arena, rental, now, &entries[1]) : ERR_NOT_FOUND;
    if (cost == OK)
        item->n_entries++;
    else if (cost != ERR_NOT_FOUND)
        return cost;
    return make_invoice(b, arena, charge, rental, now, item);
}

static enum err came_to_nothing(struct billing *b, struct arena *arena, struct rental *rental,
                                utc_time now, struct store_billing *item)
{
    bool was_bought = rental->bought.us != 0;
    if (rental->ends.us == 0 || rental->ends.us > now.us)
        rental->ends = now;
    if (!was_bought)
        return OK;
    enum err err = take_cost_back(b, rental, now, more_entries(arena, item));
    if (err == OK)
        item->n_entries++;
    return err == ERR_NOT_FOUND ? OK : err;
}

enum err billing_rent_outcome(struct billing *b, struct arena *arena, const struct charge *charge,
                              struct store_billing *item)
{
    struct rental *rental = ARENA_NEW(arena, struct rental);
    utc_time now = charge->state == CHARGE_PAID ? charge->paid : clock_now();
    enum err err = store_rental_by_charge(b->params.store, arena, charge->id, rental);
    if (err != OK)
        return err;
    switch (charge->state) {
    case CHARGE_PAID:
    case CHARGE_PENDING: err = was_paid(b, arena, charge, rental, now, item); break;
    case CHARGE_RETURNED:
    case CHARGE_REFUNDED:
    case CHARGE_VOID: err = came_to_nothing(b, arena, rental, now, item); break;
    case CHARGE_OPEN:
    default: return OK; /* nothing came of it yet */
    }
    item->rental = rental;
    return err;
}
