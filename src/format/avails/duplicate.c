/* Transactions of one avail that are said twice, or that share an identifier. Strings and lists are
 * one copy each, so equal content is equal pointers. */
#include <stdlib.h>
#include <string.h>

#include "format/avails/internal.h"

static uint64_t mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 32;
}

static uint64_t mix_pointer(uint64_t h, const void *p)
{
    return mix(h, (uint64_t)(uintptr_t)p);
}

static uint64_t mix_edge(uint64_t h, const struct avails_edge *e)
{
    h = mix(mix(h, (uint64_t)e->kind), (uint64_t)e->instant.us ^ (uint64_t)e->day.days << 32);
    return mix(mix_pointer(h, e->condition), (uint64_t)e->lag.seconds);
}

static uint64_t content_hash(const struct avails_transaction *t)
{
    uint64_t h = mix_pointer(mix_pointer(1, t->id), t->licence);
    h = mix_pointer(mix_pointer(h, t->territories), t->format);
    h = mix_edge(mix_edge(h, &t->start), &t->end);
    h = mix_pointer(mix_pointer(h, t->terms), t->allowed);
    return mix_pointer(mix_pointer(h, t->contract), t->reporting);
}

static bool edges_are_equal(const struct avails_edge *a, const struct avails_edge *b)
{
    return a->kind == b->kind && a->instant.us == b->instant.us && a->day.days == b->day.days &&
           a->condition == b->condition && a->lag.months == b->lag.months &&
           a->lag.seconds == b->lag.seconds;
}

static bool texts_are_equal(const struct avails_transaction *a, const struct avails_transaction *b)
{
    return a->id == b->id && a->licensee == b->licensee && a->description == b->description &&
           a->licence == b->licence && a->rights == b->rights && a->format == b->format &&
           a->hdr == b->hdr && a->wcg == b->wcg && a->hfr == b->hfr && a->ng_audio == b->ng_audio &&
           a->exclusive == b->exclusive && a->has_exclusive == b->has_exclusive &&
           a->exclusive_attributes == b->exclusive_attributes && a->status == b->status &&
           a->contract == b->contract && a->reporting == b->reporting &&
           a->instructions == b->instructions;
}

static bool is_same(const struct avails_transaction *a, const struct avails_transaction *b)
{
    return texts_are_equal(a, b) && edges_are_equal(&a->start, &b->start) &&
           edges_are_equal(&a->end, &b->end) && a->window.months == b->window.months &&
           a->window.seconds == b->window.seconds && a->territories == b->territories &&
           a->excluded == b->excluded && a->allowed == b->allowed && a->asset == b->asset &&
           a->holdback == b->holdback && a->required == b->required && a->terms == b->terms &&
           a->references == b->references;
}

static void go_to(struct reading *r, const struct avails_transaction *t)
{
    r->line = t->line;
    r->sheet_number = t->sheet;
    if (t->sheet > 0)
        r->sheet = ((const char **)r->sheets.items)[t->sheet - 1];
}

/* Where the other one stands, as seen from here. */
static const char *other_place(struct reading *r, const struct avails_transaction *t)
{
    if (r->faults.n == AVAILS_FAULTS_MAX)
        return "";
    if (r->out->is_xml)
        return arena_printf(r->arena, "line %u", (unsigned)t->line);
    if (t->sheet == r->sheet_number)
        return arena_printf(r->arena, "row %u", (unsigned)t->line);
    return arena_printf(r->arena, "row %u of sheet %s", (unsigned)t->line,
                        ((const char **)r->sheets.items)[t->sheet - 1]);
}

/* Numbers of transactions, by content and by identifier; 0: none. */
struct tables {
    uint32_t *by_content, *by_id;
    size_t room;
};

static uint32_t *content_slot(const struct tables *x, const struct avails_avail *a,
                              const struct avails_transaction *t)
{
    for (size_t i = content_hash(t) & (x->room - 1);; i = (i + 1) & (x->room - 1)) {
        uint32_t *slot = &x->by_content[i];
        if (*slot == 0 || is_same(&a->transactions[*slot - 1], t))
            return slot;
    }
}

static uint32_t *id_slot(const struct tables *x, const struct avails_avail *a, const char *id)
{
    for (size_t i = mix_pointer(1, id) & (x->room - 1);; i = (i + 1) & (x->room - 1)) {
        uint32_t *slot = &x->by_id[i];
        if (*slot == 0 || a->transactions[*slot - 1].id == id)
            return slot;
    }
}

/* Whether it stays. */
static bool check_one(struct reading *r, const struct tables *x, const struct avails_avail *a,
                      size_t number, const struct avails_transaction *t)
{
    uint32_t *same = content_slot(x, a, t);
    if (*same != 0) {
        go_to(r, t);
        fault_warn(r, "duplicate", "the same stands in %s; it counts once",
                   other_place(r, &a->transactions[*same - 1]));
        return false;
    }
    *same = (uint32_t)number;
    if (t->id == NULL)
        return true;
    uint32_t *named = id_slot(x, a, t->id);
    if (*named != 0) {
        go_to(r, t);
        fault_warn(r, "duplicate", "the identifier \"%s\" stands in %s for another transaction",
                   quoted(r, t->id), other_place(r, &a->transactions[*named - 1]));
    }
    *named = (uint32_t)number;
    return true;
}

void duplicates_drop(struct reading *r, struct avails_avail *a)
{
    static const char *const path[] = { "Avail", "Transaction" };
    struct tables x = { .room = 8 };
    if (a->n_transactions < 2)
        return;
    while (x.room < a->n_transactions * 2)
        x.room *= 2;
    x.by_content = calloc(x.room, sizeof *x.by_content);
    x.by_id = calloc(x.room, sizeof *x.by_id);
    if (x.by_content == NULL || x.by_id == NULL)
        abort();
    r->path = path;
    r->depth = 2;
    r->column = NULL;
    size_t kept = 0;
    for (size_t i = 0; i < a->n_transactions; i++) {
        struct avails_transaction t = a->transactions[i];
        a->transactions[kept] = t;
        if (check_one(r, &x, a, kept + 1, &t))
            kept++;
    }
    a->n_transactions = kept;
    free(x.by_content);
    free(x.by_id);
}
