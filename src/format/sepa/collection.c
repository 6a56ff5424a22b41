#include "format/sepa/collection.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "base/text.h"
#include "format/sepa/charset.h"

static const char *const versions[] = {
#define X(name, version) version,
    SEPA_VERSIONS(X)
#undef X
};

const char *sepa_version_name(enum sepa_version version)
{
    return versions[version];
}

bool sepa_version_parse(const char *name, enum sepa_version *out)
{
    for (size_t i = 0; i < SEPA_VERSION_COUNT; i++) {
        if (strcmp(versions[i], name) == 0) {
            *out = (enum sepa_version)i;
            return true;
        }
    }
    return false;
}

static enum err wrong(char why[SEPA_WHY], const char *text)
{
    snprintf(why, SEPA_WHY, "%s", text);
    return ERR_ARGUMENT;
}

/* ---- pieces ------------------------------------------------------------------------------------
 */

static void put_amount(struct buf *out, int64_t minor)
{
    char text[MONEY_TEXT];
    money_format_amount(&(struct money){ minor, "EUR" }, text);
    buf_text(out, text);
}

static void put_day(struct buf *out, civil_day day)
{
    char text[CIVIL_DAY_TEXT];
    civil_day_format(day, text);
    buf_text(out, text);
}

/* SEPA's characters need the apostrophe escaped in XML, and no other. */
static void put_words(struct buf *out, const char *text, size_t most)
{
    struct buf plain;
    buf_init(&plain, SEPA_TEXT_MAX);
    sepa_put_text(&plain, text, strlen(text), most);
    text_put_xml(out, buf_string(&plain), plain.size);
    buf_finish(&plain);
}

bool sepa_name_is_good(const char *name)
{
    struct buf plain;
    bool found = false;
    buf_init(&plain, SEPA_TEXT_MAX);
    sepa_put_text(&plain, name, strlen(name), SEPA_NAME_MAX);
    for (size_t i = 0; i < plain.size; i++)
        found |= (plain.data[i] | 0x20) >= 'a' && (plain.data[i] | 0x20) <= 'z';
    buf_finish(&plain);
    return found;
}

/* The bank: by its BIC, which the two versions spell differently, or "as the IBAN says". */
static void put_agent(struct buf *out, const char *element, enum sepa_version version,
                      const char *bic)
{
    const char *tag = version == SEPA_008_02 ? "BIC" : "BICFI";
    buf_printf(out, "<%s><FinInstnId>", element);
    if (bic[0] != 0)
        buf_printf(out, "<%s>%s</%s>", tag, bic, tag);
    else
        buf_text(out, "<Othr><Id>NOTPROVIDED</Id></Othr>");
    buf_printf(out, "</FinInstnId></%s>", element);
}

/* ---- the file ----------------------------------------------------------------------------------
 */

static enum err check_collection(const struct sepa_collection *c, char why[SEPA_WHY])
{
    char iban[SEPA_IBAN];
    if (!sepa_id_is_good(c->id))
        return wrong(why, "the file's id: up to 35 of SEPA's characters");
    if (!sepa_creditor_is_good(c->creditor_id))
        return wrong(why, "the creditor identifier is wrong");
    if (sepa_iban_read(c->creditor_iban, strlen(c->creditor_iban), iban, why) != OK)
        return ERR_ARGUMENT;
    if (c->creditor_bic[0] != 0 && !sepa_bic_is_good(c->creditor_bic))
        return wrong(why, "the creditor's BIC is wrong");
    if (!sepa_name_is_good(c->creditor_name))
        return wrong(why, "the creditor's name is missing");
    if (c->n == 0 || c->sum <= 0)
        return wrong(why, "there is nothing to collect");
    return OK;
}

static void put_totals(struct buf *out, const struct sepa_collection *c)
{
    buf_printf(out, "<NbOfTxs>%zu</NbOfTxs><CtrlSum>", c->n);
    put_amount(out, c->sum);
    buf_text(out, "</CtrlSum>");
}

static void put_head(struct buf *out, const struct sepa_collection *c)
{
    char created[UTC_TEXT];
    utc_format((utc_time){ c->created.us - c->created.us % UTC_SECOND }, created);
    buf_printf(out,
               "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
               "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:%s\">\n<CstmrDrctDbtInitn>\n"
               "<GrpHdr><MsgId>%s</MsgId><CreDtTm>%s</CreDtTm>",
               versions[c->version], c->id, created);
    put_totals(out, c);
    buf_text(out, "<InitgPty><Nm>");
    put_words(out, c->creditor_name, SEPA_NAME_MAX);
    buf_text(out, "</Nm></InitgPty></GrpHdr>\n");
}

/* Every debit is RCUR: since the rulebooks of November 2016 a first collection needs no FRST, and
 * a file of one kind is one batch on the bank's statement. */
static void put_payment(struct buf *out, const struct sepa_collection *c)
{
    buf_printf(out, "<PmtInf><PmtInfId>%s</PmtInfId><PmtMtd>DD</PmtMtd><BtchBookg>true</BtchBookg>",
               c->id);
    put_totals(out, c);
    buf_text(out, "<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl><LclInstrm><Cd>CORE</Cd></LclInstrm>"
                  "<SeqTp>RCUR</SeqTp></PmtTpInf><ReqdColltnDt>");
    put_day(out, c->due);
    buf_text(out, "</ReqdColltnDt>\n<Cdtr><Nm>");
    put_words(out, c->creditor_name, SEPA_NAME_MAX);
    buf_printf(out, "</Nm></Cdtr><CdtrAcct><Id><IBAN>%s</IBAN></Id></CdtrAcct>", c->creditor_iban);
    put_agent(out, "CdtrAgt", c->version, c->creditor_bic);
    buf_printf(out,
               "<ChrgBr>SLEV</ChrgBr><CdtrSchmeId><Id><PrvtId><Othr><Id>%s</Id><SchmeNm>"
               "<Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id></CdtrSchmeId>\n",
               c->creditor_id);
}

enum err sepa_collection_begin(const struct sepa_collection *c, struct buf *out, char why[SEPA_WHY])
{
    why[0] = 0;
    enum err err = check_collection(c, why);
    if (err != OK)
        return err;
    put_head(out, c);
    put_payment(out, c);
    return out->err;
}

static enum err check_debit(const struct sepa_debit *d, char why[SEPA_WHY])
{
    char iban[SEPA_IBAN];
    if (!sepa_id_is_good(d->end_to_end))
        return wrong(why, "the debit's id: up to 35 of SEPA's characters");
    if (!sepa_id_is_good(d->mandate))
        return wrong(why, "the mandate's reference: up to 35 of SEPA's characters");
    if (d->minor <= 0 || d->minor > SEPA_DEBIT_MOST)
        return wrong(why, "the amount: from 0.01 to 999999999.99 EUR");
    if (!sepa_name_is_good(d->holder))
        return wrong(why, "the account holder's name is missing");
    return sepa_iban_read(d->iban, strlen(d->iban), iban, why);
}

enum err sepa_collection_debit(const struct sepa_collection *c, const struct sepa_debit *d,
                               struct buf *out, char why[SEPA_WHY])
{
    why[0] = 0;
    enum err err = check_debit(d, why);
    if (err != OK)
        return err;
    buf_printf(out,
               "<DrctDbtTxInf><PmtId><EndToEndId>%s</EndToEndId></PmtId>"
               "<InstdAmt Ccy=\"EUR\">",
               d->end_to_end);
    put_amount(out, d->minor);
    buf_printf(out, "</InstdAmt><DrctDbtTx><MndtRltdInf><MndtId>%s</MndtId><DtOfSgntr>",
               d->mandate);
    put_day(out, d->agreed);
    buf_text(out, "</DtOfSgntr></MndtRltdInf></DrctDbtTx>");
    put_agent(out, "DbtrAgt", c->version, "");
    buf_text(out, "<Dbtr><Nm>");
    put_words(out, d->holder, SEPA_NAME_MAX);
    buf_printf(out, "</Nm></Dbtr><DbtrAcct><Id><IBAN>%s</IBAN></Id></DbtrAcct>", d->iban);
    if (d->text[0] != 0) {
        buf_text(out, "<RmtInf><Ustrd>");
        put_words(out, d->text, SEPA_TEXT_MAX);
        buf_text(out, "</Ustrd></RmtInf>");
    }
    buf_text(out, "</DrctDbtTxInf>\n");
    return out->err;
}

void sepa_collection_end(struct buf *out)
{
    buf_text(out, "</PmtInf>\n</CstmrDrctDbtInitn>\n</Document>\n");
}
