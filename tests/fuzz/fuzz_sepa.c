/* Any bytes as a bank's file: reading ends, what it gives keeps its promises, and faults say why.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "format/sepa/reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_ended(const char *text, size_t room)
{
    return memchr(text, 0, room) != NULL;
}

static enum err check(void *context, const struct sepa_item *i)
{
    char iban[SEPA_IBAN], why[SEPA_WHY];
    size_t *n = context;
    (*n)++;
    assert(is_ended(i->end_to_end, SEPA_ID) && is_ended(i->message, SEPA_ID) &&
           is_ended(i->batch, SEPA_ID) && is_ended(i->mandate, SEPA_ID) &&
           is_ended(i->status, SEPA_CODE) && is_ended(i->reason, SEPA_CODE) &&
           is_ended(i->info, SEPA_INFO) && is_ended(i->original, SEPA_ID) &&
           is_ended(i->amount_said, MONEY_TEXT));
    assert(!i->has_amount || (i->amount.minor >= 0 && currency_digits(i->amount.currency) >= 0));
    assert(i->account[0] == 0 || sepa_iban_read(i->account, strlen(i->account), iban, why) == OK);
    assert(i->kind != SEPA_ITEM_STATUS || !i->is_booked);
    return OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sepa_file file;
    char why[SEPA_READ_WHY];
    size_t n = 0;
    const struct sepa_sink sink = { &n, check };
    enum err err = sepa_read(data, size, &sink, &file, why);
    assert(n == file.n_items && is_ended(file.version, SEPA_ID) && is_ended(file.id, SEPA_ID));
    assert((err == OK) == (why[0] == 0));
    return 0;
}
