#include "format/sepa/reading.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "format/avails/xml.h"

enum { NAME_ROOM = 32, TEXT_MAX = 512, CURRENCY = 4, ENVELOPE_MAX = 8 };

/* The amounts of a transaction, the one that counts first: what the debit was made for, before fees
 * that the bank takes from it or adds to it. */
enum { AMOUNT_INSTRUCTED, AMOUNT_TRANSACTION, AMOUNT_OWN, AMOUNTS };
struct said_amount {
    bool is_said, is_good;
    struct money money;
    char said[MONEY_TEXT];
};

struct part {
    struct sepa_item item;
    struct said_amount amounts[AMOUNTS];
    char direction[SEPA_CODE];
};

struct reading {
    struct xml *xml;
    const struct sepa_sink *sink;
    struct sepa_file *out;
    char *why;
    enum err err;
    bool has_kind;
    size_t root; /* how deep Document is: some banks put an envelope round it; 0: not met yet */
    /* the open elements, and the text of the innermost */
    char names[XML_DEPTH_MAX][NAME_ROOM];
    size_t depth;
    char text[TEXT_MAX];
    size_t n_text;
    bool is_cut;
    char currency[CURRENCY]; /* of the innermost element's Ccy */
    /* camt: the account, the entry and its last transaction, which waits for the entry's end; the
     * entry's amount is the transaction's when it is the only one. pain.002: file, batch, debit */
    char account[SEPA_IBAN];
    struct part group, entry, detail;
    char reversal[SEPA_CODE];
    size_t n_details;
    struct part held;
};

const char *sepa_file_kind_name(enum sepa_file_kind kind)
{
    static const char *const names[] = { "status", "statement", "notification" };
    return names[kind];
}

static void fail(struct reading *r, enum err err, const char *what)
{
    if (r->err != OK)
        return;
    r->err = err;
    snprintf(r->why, SEPA_READ_WHY, "line %u: %s", (unsigned)xml_line(r->xml), what);
    xml_stop(r->xml);
}

/* ---- where we are -------------------------------------------------------------------------------
 */

/* Whether the innermost elements are these: "Ntry/Sts/Cd". */
static bool is_at(const struct reading *r, const char *path)
{
    size_t depth = r->depth, end = strlen(path);
    for (;;) {
        size_t begin = end;
        while (begin > 0 && path[begin - 1] != '/')
            begin--;
        if (depth == 0 || strlen(r->names[depth - 1]) != end - begin ||
            memcmp(r->names[depth - 1], path + begin, end - begin) != 0)
            return false;
        if (begin == 0)
            return true;
        end = begin - 1;
        depth--;
    }
}

static bool is_inside(const struct reading *r, const char *name)
{
    for (size_t i = 0; i < r->depth; i++) {
        if (strcmp(r->names[i], name) == 0)
            return true;
    }
    return false;
}

/* ---- values -------------------------------------------------------------------------------------
 */

static void trim(struct reading *r)
{
    size_t from = strspn(r->text, " \t\r\n");
    while (r->n_text > from && strchr(" \t\r\n", r->text[r->n_text - 1]) != NULL)
        r->n_text--;
    r->text[r->n_text] = 0;
    memmove(r->text, r->text + from, r->n_text + 1 - from);
    r->n_text -= from;
}

/* What is longer than the field may be is nothing of ours: it is kept as far as it goes, with the
 * last character changed so that it equals no id that we made. */
static void keep(const struct reading *r, char *out, size_t room)
{
    if (!text_copy(out, room, r->text) || r->is_cut)
        out[strlen(out) - 1] = '*';
    for (size_t i = 0; out[i] != 0; i++) {
        if ((unsigned char)out[i] < 0x20 || out[i] == 0x7f)
            out[i] = ' ';
    }
}

static void keep_id(const struct reading *r, char out[SEPA_ID])
{
    keep(r, out, SEPA_ID);
    if (strcmp(out, "NOTPROVIDED") == 0)
        out[0] = 0;
}

/* Words that are cut stay whole characters. */
static void keep_words(const struct reading *r, char out[SEPA_INFO])
{
    size_t n = r->n_text < SEPA_INFO - 1 ? r->n_text : SEPA_INFO - 1;
    while (n > 0 && !text_is_utf8(r->text, n))
        n--;
    if (out[0] != 0)
        return; /* the first line says it */
    memcpy(out, r->text, n);
    out[n] = 0;
    for (size_t i = 0; i < n; i++)
        out[i] = (unsigned char)out[i] < 0x20 ? ' ' : out[i];
}

static void read_amount(struct reading *r, struct said_amount *out)
{
    char why[SEPA_WHY];
    *out = (struct said_amount){ .is_said = true };
    enum err err = r->is_cut || strlen(r->currency) != 3
                       ? ERR_MALFORMED
                       : money_parse(r->text, r->n_text, r->currency, &out->money);
    out->is_good = err == OK && out->money.minor >= 0;
    if (r->text[0] == '-' || err == ERR_FULL) {
        snprintf(why, sizeof why, "an amount is %s: %.40s %s",
                 r->text[0] == '-' ? "negative" : "past all range", r->text, r->currency);
        fail(r, ERR_MALFORMED, why);
    } else if (!out->is_good) {
        snprintf(out->said, sizeof out->said, "%.20s %s", r->text, r->currency);
    }
}

static void read_day(struct reading *r, civil_day *out)
{
    civil_day day;
    if (r->n_text >= 10 && civil_day_parse(r->text, 10, &day) == OK)
        *out = day;
    else
        fail(r, ERR_MALFORMED, "a date that is none");
}

static const struct said_amount *first_said(const struct part *p)
{
    for (size_t i = 0; i < AMOUNTS; i++) {
        if (p->amounts[i].is_said)
            return &p->amounts[i];
    }
    return NULL;
}

/* other: who else may say it; NULL: nobody. */
static void settle_amount(struct part *p, const struct part *other)
{
    const struct said_amount *a = first_said(p);
    if (a == NULL && other != NULL)
        a = first_said(other);
    p->item.has_amount = a != NULL && a->is_good;
    if (p->item.has_amount)
        p->item.amount = a->money;
    else if (a != NULL)
        memcpy(p->item.amount_said, a->said, sizeof a->said);
}

static void give(struct reading *r, const struct part *p)
{
    if (r->err != OK)
        return;
    r->out->n_items++;
    enum err err = r->sink->item(r->sink->context, &p->item);
    if (err != OK)
        fail(r, err, err_text(err));
}

/* ---- camt ---------------------------------------------------------------------------------------
 */

static bool is_credit(const char *direction, bool *out)
{
    *out = strcmp(direction, "CRDT") == 0;
    return *out || strcmp(direction, "DBIT") == 0;
}

/* What the entry says of all its transactions. */
static void inherit(struct reading *r, struct part *p)
{
    const struct part *e = &r->entry;
    bool credit = false;
    const char *direction = p->direction[0] != 0 ? p->direction : e->direction;
    if (!is_credit(direction, &credit)) {
        fail(r, ERR_MALFORMED,
             "an entry does not say before its details whether money came or "
             "went (CdtDbtInd)");
        return;
    }
    if (e->item.status[0] == 0) {
        fail(r, ERR_MALFORMED,
             "an entry does not say before its details whether it is booked "
             "(Sts)");
        return;
    }
    p->item.kind = credit ? SEPA_ITEM_CREDIT : SEPA_ITEM_DEBIT;
    p->item.is_booked = strcmp(e->item.status, "BOOK") == 0;
    p->item.day = e->item.day;
    memcpy(p->item.account, r->account, sizeof r->account);
    if (p->item.message[0] == 0)
        memcpy(p->item.message, e->item.message, sizeof e->item.message);
    if (p->item.batch[0] == 0)
        memcpy(p->item.batch, e->item.batch, sizeof e->item.batch);
}

static void begin_detail(struct reading *r)
{
    r->detail = (struct part){ 0 };
    r->detail.item.line = xml_line(r->xml);
}

static void end_detail(struct reading *r)
{
    inherit(r, &r->detail);
    settle_amount(&r->detail, NULL);
    if (r->n_details++ > 0)
        give(r, &r->held);
    r->held = r->detail;
    begin_detail(r);
}

/* An entry without transactions, or with one that has no id, is the whole entry. */
static void end_entry(struct reading *r)
{
    if (r->n_details == 0) {
        inherit(r, &r->entry);
        r->held = r->entry;
    }
    if (r->n_details <= 1) {
        settle_amount(&r->held, &r->entry);
        r->held.item.is_whole = r->held.item.end_to_end[0] == 0;
        r->held.item.n = r->entry.item.n;
    }
    give(r, &r->held);
    r->out->n_entries++;
}

static void begin_entry(struct reading *r)
{
    r->entry = (struct part){ 0 };
    r->entry.item.line = xml_line(r->xml);
    r->n_details = 0;
}

static bool read_number(const struct reading *r, size_t *out)
{
    int64_t v = 0;
    if (text_to_i64(r->text, r->n_text, 0, 1000000000, &v) != OK)
        return false;
    *out = (size_t)v;
    return true;
}

static void end_of_detail_part(struct reading *r)
{
    struct sepa_item *item = &r->detail.item;
    if (is_at(r, "TxDtls/Refs/EndToEndId"))
        keep_id(r, item->end_to_end);
    else if (is_at(r, "TxDtls/Refs/MsgId"))
        keep_id(r, item->message);
    else if (is_at(r, "TxDtls/Refs/PmtInfId"))
        keep_id(r, item->batch);
    else if (is_at(r, "TxDtls/Refs/MndtId"))
        keep_id(r, item->mandate);
    else if (is_at(r, "TxDtls/CdtDbtInd"))
        keep(r, r->detail.direction, SEPA_CODE);
    else if (is_at(r, "TxDtls/Amt"))
        read_amount(r, &r->detail.amounts[AMOUNT_OWN]);
    else if (is_at(r, "TxDtls/AmtDtls/TxAmt/Amt"))
        read_amount(r, &r->detail.amounts[AMOUNT_TRANSACTION]);
    else if (is_at(r, "TxDtls/AmtDtls/InstdAmt/Amt"))
        read_amount(r, &r->detail.amounts[AMOUNT_INSTRUCTED]);
    else if (is_at(r, "TxDtls/RtrInf/Rsn/Cd") || is_at(r, "TxDtls/RtrInf/Rsn/Prtry"))
        keep(r, item->reason, SEPA_CODE);
    else if (is_at(r, "TxDtls/RtrInf/AddtlInf"))
        keep_words(r, item->info);
    else if (is_at(r, "NtryDtls/TxDtls"))
        end_detail(r);
}

static void end_of_entry_part(struct reading *r)
{
    struct sepa_item *item = &r->entry.item;
    if (is_at(r, "Ntry/Amt"))
        read_amount(r, &r->entry.amounts[AMOUNT_OWN]);
    else if (is_at(r, "Ntry/AmtDtls/TxAmt/Amt"))
        read_amount(r, &r->entry.amounts[AMOUNT_TRANSACTION]);
    else if (is_at(r, "Ntry/AmtDtls/InstdAmt/Amt"))
        read_amount(r, &r->entry.amounts[AMOUNT_INSTRUCTED]);
    else if (is_at(r, "Ntry/CdtDbtInd"))
        keep(r, r->entry.direction, SEPA_CODE);
    else if (is_at(r, "Ntry/Sts/Cd") || is_at(r, "Ntry/Sts/Prtry") ||
             (is_at(r, "Ntry/Sts") && r->n_text > 0))
        keep(r, item->status, SEPA_CODE);
    else if (is_at(r, "Ntry/BookgDt/Dt") || is_at(r, "Ntry/BookgDt/DtTm"))
        read_day(r, &item->day);
    else if (is_at(r, "NtryDtls/Btch/MsgId"))
        keep_id(r, item->message);
    else if (is_at(r, "NtryDtls/Btch/PmtInfId"))
        keep_id(r, item->batch);
    else if (is_at(r, "NtryDtls/Btch/NbOfTxs") && !read_number(r, &item->n))
        fail(r, ERR_MALFORMED, "a number of transactions (NbOfTxs) that is none");
    else if (is_at(r, "Stmt/Ntry") || is_at(r, "Ntfctn/Ntry"))
        end_entry(r);
}

static void end_of_statement_part(struct reading *r)
{
    char why[SEPA_WHY];
    if (is_inside(r, "TxDtls"))
        end_of_detail_part(r);
    else if (is_inside(r, "Ntry"))
        end_of_entry_part(r);
    else if ((is_at(r, "Stmt/Acct/Id/IBAN") || is_at(r, "Ntfctn/Acct/Id/IBAN")) &&
             sepa_iban_read(r->text, r->n_text, r->account, why) != OK)
        r->account[0] = 0;
}

static void start_of_statement_part(struct reading *r)
{
    if (is_at(r, "NtryDtls/TxDtls"))
        begin_detail(r);
    else if (is_at(r, "Stmt/Ntry") || is_at(r, "Ntfctn/Ntry"))
        begin_entry(r);
    else if (is_at(r, "BkToCstmrStmt/Stmt") || is_at(r, "BkToCstmrDbtCdtNtfctn/Ntfctn"))
        r->account[0] = 0;
}

/* ---- pain.002 -----------------------------------------------------------------------------------
 */

static bool keep_reason(struct reading *r, struct sepa_item *item)
{
    if (is_at(r, "StsRsnInf/Rsn/Cd") || is_at(r, "StsRsnInf/Rsn/Prtry"))
        keep(r, item->reason, SEPA_CODE);
    else if (is_at(r, "StsRsnInf/AddtlInf"))
        keep_words(r, item->info);
    else
        return false;
    return true;
}

/* What is not said of a debit was said of its batch, or of its file. */
static void inherit_status(struct part *p, const struct part *from)
{
    memcpy(p->item.message, from->item.message, sizeof p->item.message);
    memcpy(p->item.original, from->item.original, sizeof p->item.original);
    if (p->item.batch[0] == 0)
        memcpy(p->item.batch, from->item.batch, sizeof p->item.batch);
    if (p->item.status[0] == 0)
        memcpy(p->item.status, from->item.status, sizeof p->item.status);
    if (p->item.reason[0] == 0)
        memcpy(p->item.reason, from->item.reason, sizeof p->item.reason);
    if (p->item.info[0] == 0)
        memcpy(p->item.info, from->item.info, sizeof p->item.info);
}

static void begin_part(struct reading *r, struct part *p)
{
    *p = (struct part){ .item = { .kind = SEPA_ITEM_STATUS, .line = xml_line(r->xml) } };
}

static void end_debit(struct reading *r)
{
    inherit_status(&r->detail, &r->entry);
    settle_amount(&r->detail, NULL);
    r->n_details++;
    r->out->n_entries++;
    give(r, &r->detail);
}

/* Of a batch without debits, the status is all of theirs. */
static void end_batch(struct reading *r)
{
    if (r->n_details > 0)
        return;
    inherit_status(&r->entry, &r->group);
    r->n_details++;
    r->entry.item.is_whole = true;
    r->out->n_entries++;
    give(r, &r->entry);
}

static void end_report(struct reading *r)
{
    if (r->out->n_items > 0 || r->group.item.status[0] == 0)
        return;
    r->group.item.is_whole = true;
    r->out->n_entries++;
    give(r, &r->group);
}

static void end_of_debit_part(struct reading *r)
{
    struct sepa_item *item = &r->detail.item;
    if (is_at(r, "TxInfAndSts/OrgnlEndToEndId"))
        keep_id(r, item->end_to_end);
    else if (is_at(r, "TxInfAndSts/TxSts"))
        keep(r, item->status, SEPA_CODE);
    else if (is_at(r, "OrgnlTxRef/Amt/InstdAmt"))
        read_amount(r, &r->detail.amounts[AMOUNT_INSTRUCTED]);
    else if (is_at(r, "OrgnlTxRef/MndtRltdInf/MndtId") ||
             is_at(r, "MndtRltdInf/DrctDbtMndt/MndtId"))
        keep_id(r, item->mandate);
    else if (!keep_reason(r, item) && is_at(r, "OrgnlPmtInfAndSts/TxInfAndSts"))
        end_debit(r);
}

static void end_of_batch_part(struct reading *r)
{
    struct sepa_item *item = &r->entry.item;
    if (is_at(r, "OrgnlPmtInfAndSts/OrgnlPmtInfId"))
        keep_id(r, item->batch);
    else if (is_at(r, "OrgnlPmtInfAndSts/PmtInfSts"))
        keep(r, item->status, SEPA_CODE);
    else if (!keep_reason(r, item) && is_at(r, "CstmrPmtStsRpt/OrgnlPmtInfAndSts"))
        end_batch(r);
}

static void end_of_status_part(struct reading *r)
{
    struct sepa_item *item = &r->group.item;
    if (is_inside(r, "TxInfAndSts"))
        end_of_debit_part(r);
    else if (is_inside(r, "OrgnlPmtInfAndSts"))
        end_of_batch_part(r);
    else if (is_at(r, "OrgnlGrpInfAndSts/OrgnlMsgId"))
        keep_id(r, item->message);
    else if (is_at(r, "OrgnlGrpInfAndSts/OrgnlMsgNmId"))
        keep_id(r, item->original);
    else if (is_at(r, "OrgnlGrpInfAndSts/GrpSts"))
        keep(r, item->status, SEPA_CODE);
    else if (is_at(r, "Document/CstmrPmtStsRpt"))
        end_report(r);
    else
        (void)keep_reason(r, item);
}

static void start_of_status_part(struct reading *r)
{
    if (is_at(r, "OrgnlPmtInfAndSts/TxInfAndSts")) {
        inherit_status(&r->entry, &r->group);
        begin_part(r, &r->detail);
    } else if (is_at(r, "CstmrPmtStsRpt/OrgnlPmtInfAndSts")) {
        begin_part(r, &r->entry);
        r->n_details = 0;
    } else if (is_at(r, "CstmrPmtStsRpt/OrgnlGrpInfAndSts")) {
        begin_part(r, &r->group);
    }
}

/* ---- the stream ---------------------------------------------------------------------------------
 */

/* "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08" says the version; countries' own namespaces
 * have it in them too: "http://www.six-interbank-clearing.com/de/pain.002.001.03.ch.02.xsd". */
static void read_version(struct reading *r, const char *uri)
{
    const char *at = uri == NULL ? NULL : strstr(uri, "pain.");
    if (at == NULL)
        at = uri == NULL ? NULL : strstr(uri, "camt.");
    if (at == NULL)
        return;
    snprintf(r->out->version, sizeof r->out->version, "%.15s", at);
}

static void read_kind(struct reading *r, const char *name)
{
    static const struct {
        const char *name, *version;
        enum sepa_file_kind kind;
    } kinds[] = { { "CstmrPmtStsRpt", "pain.002.", SEPA_FILE_STATUS },
                  { "BkToCstmrStmt", "camt.053.", SEPA_FILE_STATEMENT },
                  { "BkToCstmrDbtCdtNtfctn", "camt.054.", SEPA_FILE_NOTIFICATION } };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        bool is_said = r->out->version[0] != 0;
        if (strcmp(kinds[i].name, name) == 0 &&
            (!is_said ||
             strncmp(kinds[i].version, r->out->version, strlen(kinds[i].version)) == 0)) {
            r->out->kind = kinds[i].kind;
            r->has_kind = true;
            return;
        }
    }
    if (strcmp(name, "BkToCstmrAcctRpt") == 0)
        fail(r, ERR_UNSUPPORTED,
             "a report of the running day (camt.052) is not final: import the statement "
             "(camt.053)");
    else
        fail(r, ERR_UNSUPPORTED,
             "neither a status report (pain.002) nor a statement (camt.053, camt.054)");
}

static void on_start(void *context, const char *name, const char *uri,
                     const struct xml_attribute *attributes, size_t n)
{
    struct reading *r = context;
    snprintf(r->names[r->depth++], NAME_ROOM, "%s", name);
    r->n_text = 0;
    r->text[0] = 0;
    r->is_cut = false;
    r->currency[0] = 0;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(attributes[i].name, "Ccy") == 0 && attributes[i].n == CURRENCY - 1) {
            memcpy(r->currency, attributes[i].value, CURRENCY - 1);
            r->currency[CURRENCY - 1] = 0;
        }
    }
    if (r->root == 0 && strcmp(name, "Document") == 0) {
        r->root = r->depth;
        read_version(r, uri);
    } else if (r->root == 0 && r->depth >= ENVELOPE_MAX) {
        fail(r, ERR_UNSUPPORTED, "not a file of a bank (ISO 20022): it has no Document");
    } else if (r->root > 0 && r->depth == r->root + 1 && !r->has_kind) {
        read_kind(r, name);
    } else if (r->has_kind && r->out->kind == SEPA_FILE_STATUS) {
        start_of_status_part(r);
    } else if (r->has_kind) {
        start_of_statement_part(r);
    }
}

static void on_end(void *context, const char *name)
{
    struct reading *r = context;
    (void)name;
    trim(r);
    if (r->has_kind && r->depth == r->root + 3 && is_at(r, "GrpHdr/MsgId"))
        keep_id(r, r->out->id);
    else if (r->has_kind && r->out->kind == SEPA_FILE_STATUS)
        end_of_status_part(r);
    else if (r->has_kind)
        end_of_statement_part(r);
    r->depth--;
    r->n_text = 0;
    r->text[0] = 0;
    r->is_cut = false;
}

static void on_text(void *context, const char *text, size_t n)
{
    struct reading *r = context;
    size_t room = TEXT_MAX - 1 - r->n_text;
    r->is_cut |= n > room;
    n = n < room ? n : room;
    memcpy(r->text + r->n_text, text, n);
    r->n_text += n;
    r->text[r->n_text] = 0;
}

static enum err parse(struct reading *r, const void *bytes, size_t n)
{
    const struct xml_sink sink = { r, on_start, on_end, on_text };
    r->xml = xml_create(&sink);
    enum err err = xml_feed(r->xml, bytes, n);
    if (err == OK && r->err == OK)
        err = xml_end(r->xml);
    if (r->err == OK && err != OK)
        snprintf(r->why, SEPA_READ_WHY, "line %u: %s", (unsigned)xml_line(r->xml), xml_why(r->xml));
    err = r->err != OK ? r->err : err;
    if (err == OK && !r->has_kind) {
        snprintf(r->why, SEPA_READ_WHY, "there is nothing of a bank's in it");
        err = ERR_MALFORMED;
    }
    xml_destroy(&r->xml);
    return err;
}

enum err sepa_read(const void *bytes, size_t n, const struct sepa_sink *sink, struct sepa_file *out,
                   char why[SEPA_READ_WHY])
{
    const char *text = bytes;
    size_t start = n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    struct reading r = { .sink = sink, .out = out, .why = why };
    *out = (struct sepa_file){ 0 };
    why[0] = 0;
    while (start < n && strchr(" \t\r\n", text[start]) != NULL && text[start] != 0)
        start++;
    if (n > SEPA_FILE_MAX) {
        snprintf(why, SEPA_READ_WHY, "it is larger than 256 MiB");
        return ERR_FULL;
    }
    if (start == n || (text[start] != '<' && (unsigned char)text[start] < 0xf0)) {
        snprintf(why, SEPA_READ_WHY, "it is not XML");
        return ERR_UNSUPPORTED;
    }
    return parse(&r, bytes, n);
}
