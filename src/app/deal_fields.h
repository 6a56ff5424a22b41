/* What the options of `deal add` and `deal edit` say of a deal. */
#ifndef LANTERNE_APP_DEAL_FIELDS_H
#define LANTERNE_APP_DEAL_FIELDS_H

#include "app/app.h"
#include "rules/rights/deal.h"

#define DEAL_FIELD_OPTIONS                                                                         \
    { "name", "TEXT", "what it is called", false }, { "studio", "NAME", "with a studio", false },  \
        { "party", "TEXT", "with somebody else", false },                                          \
        { "direction", "to-us|by-us", "who lets whom show", false },                               \
        { "from", "DATE", "first day of its term", false },                                        \
        { "until", "DATE", "last day of its term; -: open", false },                               \
        { "territory", "CODES", "\"FR BE\", \"ZZ -US\" (the world without)", false },              \
        { "media", "LIST", "svod,vod,est,avod,free-tv,pay-tv,cinema,disc; all", false },           \
        { "exclusive", "LIST", "media that only the one granted to has", false },                  \
        { "title", "ID", "one of its titles (all of the studio)", true },                          \
        { "streams", "N", "of one title at a time over all members; 0: no cap", false },           \
        { "fee", "AMOUNT", "what it costs or brings", false },                                     \
        { "currency", "CODE", "of the fee: ISO 4217", false },                                     \
        { "fee-per", "term|year|month|title", "what the fee is for", false },                      \
        { "holdback", "NAME;MEDIA;TERRITORIES;FROM;UNTIL", "a time kept for others", true },       \
    {                                                                                              \
        "contract", "TEXT", "ContractID that its avails carry", false                              \
    }

#define DEAL_FIELD_HELP                                                                            \
    "FROM and UNTIL of a holdback: a date (2014-01-01), an instant, an event with what lies\n"     \
    "between (theatrical+36m, broadcast-10d; y, m, d), open, or - (not said). Events: "            \
    "theatrical,\n"                                                                                \
    "broadcast, pay-tv, est, disc, completed."

/* Puts what was said into *deal, leaving the rest alone. EXIT_OK, or says what is wrong. After
 * app_open: studios and titles are looked up. */
int deal_fields_apply(struct app *app, struct deal *deal);

#endif
