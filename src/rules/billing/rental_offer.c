#include "rules/billing/rental_offer.h"

enum err rental_offer_of(const struct rental_question *q, struct rental_offer *out)
{
    for (int format = (int)q->most; format >= RIGHTS_SD; format--) {
        struct rental_offer offer = { .format = (enum rights_format)format };
        enum err err = rental_price_of(q->right, q->list, q->n, q->territory, q->currency,
                                       &q->title, offer.format, &offer.price);
        if (err == OK)
            *out = offer;
        if (err != ERR_NOT_FOUND)
            return err;
    }
    return ERR_NOT_FOUND;
}
