/* Mandates for direct debit: given on the site, with the name and the account number. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "service/billing/inside.h"
#include "service/billing/sepa.h"

static enum err wrong(char why[MEMBERSHIP_WHY], const char *text)
{
    snprintf(why, MEMBERSHIP_WHY, "%s", text);
    return ERR_ARGUMENT;
}

static enum err check_account(const char *typed, char iban[SEPA_IBAN], char why[MEMBERSHIP_WHY])
{
    char text[SEPA_WHY];
    if (sepa_iban_read(typed, strlen(typed), iban, text) != OK)
        return wrong(why, text);
    switch (sepa_iban_reach(iban)) {
    case SEPA_REACH_IBAN_ONLY: return OK;
    case SEPA_REACH_WITH_BIC:
        snprintf(why, MEMBERSHIP_WHY,
                 "accounts in %.2s are outside the European Economic Area: their direct debits "
                 "need more than the IBAN",
                 iban);
        return ERR_ARGUMENT;
    case SEPA_REACH_NOT: break;
    }
    snprintf(why, MEMBERSHIP_WHY, "banks in %.2s take no SEPA direct debits", iban);
    return ERR_ARGUMENT;
}

static enum err check_holder(const char *holder, char why[MEMBERSHIP_WHY])
{
    size_t n = strlen(holder);
    if (!text_is_line(holder, n) || text_length(holder, n) > SEPA_NAME_MAX)
        return wrong(why, "the account holder: one line of at most 70 characters");
    if (!sepa_name_is_good(holder))
        return wrong(why, "the account holder: a name in Latin, Greek or Cyrillic letters");
    return OK;
}

/* The member's living mandate for the account, so that a form that is sent twice makes one. */
static enum err find_same(struct billing *b, struct arena *arena, member_id member,
                          const struct means *wanted, struct means *out)
{
    struct means *means = NULL;
    size_t n = 0;
    const char *reason = NULL;
    enum err err = store_means_list(b->params.store, arena, member, &means, &n);
    for (size_t i = 0; err == OK && i < n; i++) {
        if (means[i].kind != MEANS_SEPA ||
            memcmp(means[i].fingerprint, wanted->fingerprint, sizeof wanted->fingerprint) != 0 ||
            strcmp(means[i].holder, wanted->holder) != 0)
            continue;
        err = store_sepa_dead_find(b->params.store, arena, means[i].id, &reason);
        if (err == ERR_NOT_FOUND) {
            *out = means[i];
            return OK;
        }
    }
    return err == OK ? ERR_NOT_FOUND : err;
}

static enum err add_mandate(struct billing *b, struct arena *arena, const char *iban,
                            struct means *m)
{
    size_t n = strlen(iban);
    uint8_t *sealed = arena_alloc(arena, n + SECRET_EXTRA);
    char *reference = arena_strdup(arena, m->id.s);
    for (size_t i = 0; reference[i] != 0; i++)
        reference[i] = (char)toupper((unsigned char)reference[i]);
    secret_seal(b->params.secret_key, arena_printf(arena, "means %s", m->id.s), iban, n, sealed);
    m->reference = reference;
    m->sealed = sealed;
    m->sealed_size = n + SECRET_EXTRA;
    return store_means_add(b->params.store, m);
}

enum err billing_sepa_mandate(struct billing *b, struct arena *arena, member_id member,
                              const char *typed, const char *holder, struct means *out,
                              char why[MEMBERSHIP_WHY])
{
    char iban[SEPA_IBAN], label[SEPA_LABEL];
    why[0] = 0;
    if (b->params.creditor_id == NULL || b->params.creditor_id[0] == 0)
        return ERR_UNSUPPORTED;
    enum err err = check_account(typed, iban, why);
    if (err == OK)
        err = check_holder(holder, why);
    if (err != OK)
        return err;
    sepa_iban_label(iban, label);
    struct means made = { .member = member,
                          .kind = MEANS_SEPA,
                          .label = arena_strdup(arena, label),
                          .holder = arena_strdup(arena, holder),
                          .created = clock_now() };
    id_new(made.id.s);
    secret_mark(b->params.secret_key, "account number", iban, strlen(iban), made.fingerprint);
    err = find_same(b, arena, member, &made, out);
    if (err != ERR_NOT_FOUND)
        return err;
    err = add_mandate(b, arena, iban, &made);
    if (err == OK)
        *out = made;
    return err;
}
