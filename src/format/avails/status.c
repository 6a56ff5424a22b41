#include "format/avails/status.h"

#include <string.h>

#include "base/text.h"

/* The order of elements is that of avails-v2.5.2.xsd: OfferStatus-type, OfferStatusTransaction-type
 * and OfferStatusObject-type. */

static const char head[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<avails:OfferStatusList xmlns:avails=\"http://www.movielabs.com/schema/avails/v2.5.2/avails\""
    " xmlns:md=\"http://www.movielabs.com/schema/md/v2.9/md\""
    " xmlns:mdmec=\"http://www.movielabs.com/schema/mdmec/v2.9\">\n";
static const char tail[] = "</avails:OfferStatusList>\n";

const char *offer_progress_code(enum offer_progress progress)
{
    static const char *const codes[] = {
        [OFFER_IN_PROCESS] = "In-Process",
        [OFFER_ISSUE] = "Issue",
        [OFFER_READY] = "Ready",
        [OFFER_LIVE] = "Live",
    };
    return codes[progress];
}

/* Nothing for NULL and the empty text: every element that may be empty may be absent. */
static void put_element(struct buf *out, const char *indent, const char *name, const char *text)
{
    if (text == NULL || text[0] == 0)
        return;
    buf_printf(out, "%s<%s>", indent, name);
    text_put_xml(out, text, strlen(text));
    buf_printf(out, "</%s>\n", name);
}

static void put_instant(struct buf *out, const char *name, utc_time t)
{
    char text[UTC_TEXT];
    utc_format(t, text);
    put_element(out, "        ", name, text);
}

/* The schema has no word for the world: a transaction that names no territory is worldwide. */
static void put_territories(struct buf *out, const char *name, const char *const *codes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(codes[i], "ZZ") == 0)
            continue;
        const char *kind = strlen(codes[i]) == 2 ? "md:country" : "md:countryRegion";
        buf_printf(out, "      <%s>\n", name);
        put_element(out, "        ", kind, codes[i]);
        buf_printf(out, "      </%s>\n", name);
    }
}

static void put_feature(struct buf *out, const struct offer_transaction *t)
{
    buf_text(out, "      <avails:FeatureStatus>\n");
    put_element(out, "        ", "avails:ProgressCode", offer_progress_code(t->progress));
    if (t->start.us != INT64_MIN)
        put_instant(out, "avails:Start", t->start);
    else
        put_element(out, "        ", "avails:StartCondition",
                    t->start_condition != NULL ? t->start_condition : "TBD");
    if (t->has_end && t->end.us != INT64_MAX)
        put_instant(out, "avails:End", t->end);
    buf_text(out, "      </avails:FeatureStatus>\n");
}

static void put_transaction(struct buf *out, const struct offer_transaction *t, const char *licence,
                            utc_time made)
{
    char stamp[UTC_TEXT];
    utc_format(made, stamp);
    buf_printf(out, "    <avails:Transaction timestamp=\"%s\">\n", stamp);
    put_element(out, "      ", "avails:TransactionID", t->transaction_id);
    put_element(out, "      ", "avails:ContractID", t->contract);
    put_element(out, "      ", "avails:ReportingID", t->reporting);
    put_element(out, "      ", "avails:LicenseType", licence);
    put_territories(out, "avails:Territory", t->territories, t->n_territories);
    put_territories(out, "avails:TerritoryExcluded", t->excluded, t->n_excluded);
    put_element(out, "      ", "avails:FormatProfile", t->format);
    put_feature(out, t);
    put_element(out, "      ", "avails:OfferURL", t->url);
    put_element(out, "      ", "avails:Comments", t->comments);
    buf_text(out, "    </avails:Transaction>\n");
}

static void put_licensor(struct buf *out, const char *name)
{
    if (name == NULL || name[0] == 0)
        return;
    buf_text(out, "    <avails:Licensor>\n");
    put_element(out, "      ", "md:DisplayName", name);
    buf_text(out, "    </avails:Licensor>\n");
}

enum err offer_status_write(struct buf *out, const struct offer_status *offers, size_t n,
                            utc_time made)
{
    buf_text(out, head);
    for (size_t i = 0; i < n; i++) {
        buf_text(out, "  <avails:OfferStatus>\n");
        put_element(out, "    ", "avails:ALID", offers[i].alid);
        put_licensor(out, offers[i].licensor);
        for (size_t k = 0; k < offers[i].n; k++)
            put_transaction(out, &offers[i].transactions[k], offers[i].licence, made);
        buf_text(out, "  </avails:OfferStatus>\n");
    }
    buf_text(out, tail);
    return out->err;
}
