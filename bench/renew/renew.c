/* Fills a store with subscriptions by direct debit, all due on one day, and renews them.
 *
 *   bench_renew fill PATH MEMBERS    accounts, mandates, and a first period that is paid for
 *   bench_renew renew PATH MONTH     all that is due at the end of that month after the first
 *
 * PATH: a store that is there. Prints "renew NUMBER WALL_SECONDS CPU_SECONDS PEAK_KIB LETTERS". */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/text.h"
#include "driver/store/members.h"
#include "driver/store/territories.h"
#include "service/billing/billing.h"

enum { BATCH = 500, FILLERS = 16, MEMBERS_MAX = 10000000 };
#define FIRST_DAY 19737 /* 15 January 2024 */

static struct store *store;
static int64_t members;

static void must(enum err err, const char *what)
{
    if (err == OK)
        return;
    fprintf(stderr, "bench_renew: %s: %s\n", what, err_text(err));
    exit(1);
}

static double cpu_seconds(void)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)use.ru_utime.tv_sec + (double)use.ru_stime.tv_sec +
           1e-6 * (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

/* ---- filling --------------------------------------------------------------------------------- */

static const utc_time began = { FIRST_DAY * UTC_DAY + 10 * 3600 * UTC_SECOND };

/* Accounts as they come: each a transaction, side by side as requests are. */
static void add_account(int64_t i, member_id *id, means_id *means)
{
    char email[64], label[32], reference[36];
    uint8_t sealed[70] = { 0 };
    snprintf(email, sizeof email, "member.%lld@example.org", (long long)i);
    snprintf(label, sizeof label, "FR\xc2\xb7\xc2\xb7 %04d", (int)(i % 10000));
    snprintf(reference, sizeof reference, "M%030lld", (long long)i);
    struct member m = {
        .email = email, .language = i % 3 == 0 ? "en" : "fr", .territory = "FR", .created = began
    };
    id_new(m.id.s);
    must(store_member_add(store, &m,
                          "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
                          "RdescudvJCsgt3ub+b7dWRWJTmaaJObG"),
         email);
    struct means made = { .member = m.id,
                          .kind = MEANS_SEPA,
                          .label = label,
                          .reference = reference,
                          .holder = "A. Member",
                          .sealed = sealed,
                          .sealed_size = sizeof sealed,
                          .created = began };
    id_new(made.id.s);
    memcpy(made.fingerprint, made.id.s, ID_TEXT);
    must(store_means_add(store, &made), "a mandate");
    *id = m.id;
    *means = made.id;
}

static void must_apply(const struct membership *before, const struct membership_terms *terms,
                       const struct membership_event *event, struct membership_change *out)
{
    char why[MEMBERSHIP_WHY];
    enum err err = membership_apply(before, terms, event, out, why);
    must(err, why);
}

/* Takes the plan and has the first period, as if by a card: one transaction for a batch. */
static void subscribe(const member_id *ids, const means_id *means, size_t n)
{
    static const struct plan plan = {
        .code = "standard", .streams = 2, .format = RIGHTS_HD, .months = 1, .is_offered = true
    };
    static const struct plan_price price = { .plan = "standard",
                                             .territory = "FR",
                                             .price = { 999, "EUR" } };
    const struct membership_terms terms = { .zone = zone_named("Europe/Paris"),
                                            .plan = &plan,
                                            .price = &price,
                                            .next_plan = &plan,
                                            .next_price = &price,
                                            .tax_permille = 200,
                                            .grace_days = 7,
                                            .end_days = 14 };
    struct arena *arena = arena_create();
    struct store_billing *items = ARENA_ARRAY(arena, struct store_billing, 2 * n);
    struct membership_change *changes = ARENA_ARRAY(arena, struct membership_change, 2 * n);
    struct charge *charges = ARENA_ARRAY(arena, struct charge, n);
    struct ledger_entry *entries = ARENA_ARRAY(arena, struct ledger_entry, n);
    for (size_t i = 0; i < n; i++) {
        struct membership before = { .member = ids[i], .period = -1, .territory = "FR" };
        struct membership_event take = { .kind = MEMBERSHIP_TAKE, .now = began, .means = means[i] };
        id_new(take.new_charge.s);
        must_apply(&before, &terms, &take, &changes[2 * i]);
        items[2 * i] = (struct store_billing){ .change = &changes[2 * i] };
        charges[i] = changes[2 * i].open;
        charges[i].state = CHARGE_PENDING;
        charges[i].tries = 1;
        charges[i].means = means[i];
        struct membership_event paid = { .kind = MEMBERSHIP_PAID,
                                         .now = began,
                                         .charge = &charges[i] };
        must_apply(&changes[2 * i].after, &terms, &paid, &changes[2 * i + 1]);
        char key[LEDGER_KEY];
        snprintf(key, sizeof key, "charge %s", charges[i].id.s);
        entries[i] = ledger_entry_of(LEDGER_CHARGE, key, began, "EUR");
        memcpy(entries[i].member, ids[i].s, ID_TEXT);
        memcpy(entries[i].subject, charges[i].id.s, ID_TEXT);
        must(ledger_sell(&entries[i], 999, 200, "receivable:sepa", "revenue:subscription", "FR"),
             "an entry");
        items[2 * i + 1] = (struct store_billing){ .change = &changes[2 * i + 1],
                                                   .version = changes[2 * i].after.version,
                                                   .charge = &charges[i],
                                                   .charge_was = CHARGE_OPEN,
                                                   .outcome = CHARGE_TRY_PENDING,
                                                   .entries = &entries[i],
                                                   .n_entries = 1 };
    }
    must(store_billing_commit(store, items, 2 * n), "a batch");
    for (size_t i = 0; i < 2 * n; i++)
        must(items[i].is_done ? OK : items[i].err, "an item");
    arena_destroy(&arena);
}

static void *fill_some(void *context)
{
    int64_t part = *(const int64_t *)context;
    member_id *ids = calloc(BATCH, sizeof ids[0]);
    means_id *means = calloc(BATCH, sizeof means[0]);
    size_t n = 0;
    if (ids == NULL || means == NULL)
        abort();
    for (int64_t i = part; i < members; i += FILLERS) {
        add_account(i, &ids[n], &means[n]);
        if (++n == BATCH || i + FILLERS >= members) {
            subscribe(ids, means, n);
            n = 0;
        }
    }
    free(ids);
    free(means);
    return NULL;
}

static void fill(void)
{
    pthread_t threads[FILLERS];
    int64_t parts[FILLERS];
    const struct plan plan = { .code = "standard",
                               .name_en = "Standard",
                               .name_fr = "Standard",
                               .streams = 2,
                               .format = RIGHTS_HD,
                               .months = 1,
                               .is_offered = true };
    const struct plan_price price = { .plan = "standard",
                                      .territory = "FR",
                                      .price = { 999, "EUR" },
                                      .from = { FIRST_DAY - 1 },
                                      .said = began };
    const struct territory france = { .code = "FR", .tax_permille = 200, .price_minor = -1 };
    must(store_plan_put(store, &plan), "the plan");
    must(store_plan_price_add(store, &price), "its price");
    must(store_territory_put(store, &france, began), "the territory");
    for (int64_t i = 0; i < FILLERS; i++) {
        parts[i] = i;
        if (pthread_create(&threads[i], NULL, fill_some, &parts[i]) != 0)
            exit(1);
    }
    for (int i = 0; i < FILLERS; i++)
        pthread_join(threads[i], NULL);
}

/* ---- renewing -------------------------------------------------------------------------------- */

static void renew(int64_t month)
{
    static const struct secret_key key = { { 7 } };
    struct billing *billing = NULL;
    struct billing_renewal done;
    const struct zone *paris = zone_named("Europe/Paris");
    const struct duration months = { .months = (int32_t)month };
    utc_time now = zone_add(paris, began, &months);
    clock_set_now(now);
    must(billing_open(&(struct billing_params){ .store = store,
                                                .secret_key = &key,
                                                .service_name = "Lanterne",
                                                .seller = "Lanterne SAS\n1 rue du Quai\nParis",
                                                .territory = "FR",
                                                .plan_name = "month",
                                                .creditor_id = "FR00ZZZ123456",
                                                .notice_days = 30,
                                                .n_dunning = 3,
                                                .dunning = { 1, 3, 7 },
                                                .grace_days = 7,
                                                .end_days = 14,
                                                .lead_days = 2 },
                      &billing),
         "billing");
    int64_t before = clock_monotonic_us();
    double cpu = cpu_seconds();
    must(billing_renew(billing, now, NULL, &done), "renewing");
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    printf("renew %lld %.3f %.3f %ld %lld\n", (long long)done.renewed,
           1e-6 * (double)(clock_monotonic_us() - before), cpu_seconds() - cpu, use.ru_maxrss,
           (long long)done.letters);
    billing_close(&billing);
}

int main(int argc, char **argv)
{
    int64_t number = 0;
    if (argc != 4 || text_to_i64(argv[3], strlen(argv[3]), 1, MEMBERS_MAX, &number) != OK ||
        (strcmp(argv[1], "fill") != 0 && strcmp(argv[1], "renew") != 0)) {
        fprintf(stderr, "usage: bench_renew fill PATH MEMBERS | renew PATH MONTH\n");
        return 2;
    }
    must(store_open(argv[2], &store), argv[2]);
    members = number;
    if (strcmp(argv[1], "fill") == 0)
        fill();
    else
        renew(number);
    store_close(&store);
    return 0;
}
