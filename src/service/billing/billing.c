#include "service/billing/billing.h"

#include <stdlib.h>

#include "service/billing/inside.h"

static enum err op_change(void *context, struct arena *arena, const struct billing_order *order,
                          struct billing_result *out)
{
    return billing_change(context, arena, order, out);
}

static enum err op_redeem(void *context, struct arena *arena, member_id member, const char *code,
                          struct billing_result *out)
{
    return billing_redeem(context, arena, member, code, out);
}

static enum err op_rent(void *context, struct arena *arena, const struct billing_order *order,
                        struct billing_result *out)
{
    return billing_rent(context, arena, order, out);
}

static enum err op_refund(void *context, struct arena *arena, charge_id charge, int64_t minor,
                          const char *key, struct billing_result *out)
{
    return billing_refund(context, arena, charge, minor, key, out);
}

static enum err op_invoice_pdf(void *context, struct arena *arena, const struct invoice *invoice,
                               const char *language, const void **bytes, size_t *n)
{
    return billing_invoice_pdf(context, arena, invoice, language, bytes, n);
}

static enum err op_card_begin(void *context, struct arena *arena, member_id member,
                              const char *return_url, const char **url)
{
    return billing_card_begin(context, arena, member, return_url, url);
}

static enum err op_card_end(void *context, struct arena *arena, member_id member,
                            const char *session, struct means *out)
{
    return billing_card_end(context, arena, member, session, out);
}

static enum err op_webhook(void *context, const void *body, size_t n, const char *signature,
                           char why[MEMBERSHIP_WHY])
{
    return billing_webhook(context, body, n, signature, why);
}

static enum err op_sepa_mandate(void *context, struct arena *arena, member_id member,
                                const char *iban, const char *holder, struct means *out,
                                char why[MEMBERSHIP_WHY])
{
    return billing_sepa_mandate(context, arena, member, iban, holder, out, why);
}

enum err billing_open(const struct billing_params *params, struct billing **out)
{
    struct billing *b = calloc(1, sizeof *b);
    if (b == NULL)
        return ERR_MEMORY;
    b->params = *params;
    b->ops = (struct billing_ops){
        .context = b,
        .change = op_change,
        .redeem = op_redeem,
        .rent = op_rent,
        .refund = op_refund,
        .card_begin = op_card_begin,
        .card_end = op_card_end,
        .webhook = op_webhook,
        .sepa_mandate = op_sepa_mandate,
        .invoice_pdf = op_invoice_pdf,
    };
    *out = b;
    return OK;
}

void billing_close(struct billing **billing)
{
    free(*billing);
    *billing = NULL;
}

const struct billing_ops *billing_ops(struct billing *billing)
{
    return &billing->ops;
}
