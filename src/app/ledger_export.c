/* The ledger as CSV (RFC 4180), a line a posting, for the accountant's spreadsheet. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "app/billing_fields.h"
#include "app/commands.h"

const struct app_option options_ledger_export[] = {
    { "out", "FILE", "where to, also -o FILE; a file that is there is not written over", false },
    { "account", "NAME", "postings of accounts that begin so", false },
    { "from", "INSTANT", "from then on: a day of UTC or RFC 3339", false },
    { "until", "INSTANT", "before that", false },
    { 0 },
};

enum { PAGE = 500, PAGE_MAX = 8 * 1024 * 1024 };

/* A cell that a spreadsheet would take for a formula begins with an apostrophe. */
static void put_cell(struct buf *out, const char *text, char end)
{
    bool is_formula = text[0] != 0 && strchr("=+-@\t\r", text[0]) != NULL;
    buf_u8(out, '"');
    if (is_formula)
        buf_u8(out, '\'');
    for (; *text != 0; text++) {
        if (*text == '"')
            buf_u8(out, '"');
        buf_u8(out, (uint8_t)*text);
    }
    buf_u8(out, '"');
    buf_u8(out, (uint8_t)end);
}

static void put_row(struct buf *out, const struct store_ledger_row *row, const char *account)
{
    const struct ledger_entry *e = &row->entry;
    char at[UTC_TEXT];
    utc_format(e->at, at);
    for (size_t i = 0; i < e->n; i++) {
        struct money m = { .minor = e->postings[i].minor };
        char amount[MONEY_TEXT];
        if (account != NULL && strncmp(e->postings[i].account, account, strlen(account)) != 0)
            continue;
        memcpy(m.currency, e->currency, sizeof m.currency);
        money_format_amount(&m, amount);
        buf_printf(out, "%" PRId64 ",%s,%s,", row->seq, at, ledger_kind_name(e->kind));
        put_cell(out, e->key, ',');
        put_cell(out, e->member, ',');
        put_cell(out, e->subject, ',');
        put_cell(out, e->postings[i].account, ',');
        buf_printf(out, "%s,%s\r\n", e->currency, amount); /* a number, never a formula */
    }
}

static enum err write_all(int fd, const struct buf *b)
{
    for (size_t at = 0; at < b->size;) {
        ssize_t n = write(fd, b->data + at, b->size - at);
        if (n < 0 && errno != EINTR)
            return err_from_errno(errno);
        at += n > 0 ? (size_t)n : 0;
    }
    return OK;
}

static enum err export_page(struct app *app, struct store_ledger_filter *filter, int fd, bool *more)
{
    struct arena *arena = arena_create();
    struct store_ledger_row *rows = NULL;
    struct buf out;
    size_t n = 0;
    buf_init(&out, PAGE_MAX);
    enum err err = store_ledger_list(app->store, arena, filter, &rows, &n);
    for (size_t i = 0; err == OK && i < n; i++)
        put_row(&out, &rows[i], filter->account);
    if (err == OK)
        err = out.err == OK ? write_all(fd, &out) : out.err;
    if (err == OK && n > 0)
        filter->after = rows[n - 1].seq;
    *more = err == OK && n == filter->limit;
    buf_finish(&out);
    arena_destroy(&arena);
    return err;
}

static enum err export_all(struct app *app, struct store_ledger_filter *filter, int fd)
{
    struct buf head;
    bool more = true;
    buf_init(&head, 4096);
    buf_text(&head, "seq,at,kind,key,member,subject,account,currency,amount\r\n");
    enum err err = write_all(fd, &head);
    buf_finish(&head);
    while (err == OK && more)
        err = export_page(app, filter, fd, &more);
    if (err == OK && fsync(fd) != 0)
        err = err_from_errno(errno);
    return err;
}

int cmd_ledger_export(struct app *app)
{
    struct store_ledger_filter filter = { .account = app_value(app, "account"), .limit = PAGE };
    const char *path = app_value(app, "out");
    if (path == NULL)
        return app_usage(app, "--out is missing: where to?");
    if (!billing_instant(app, "from", &filter.from) ||
        !billing_instant(app, "until", &filter.until))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return app_error(app, err_from_errno(errno), path);
    enum err err = export_all(app, &filter, fd);
    if (close(fd) != 0 && err == OK)
        err = err_from_errno(errno);
    if (err == OK)
        return EXIT_OK;
    unlink(path);
    return app_error(app, err, path);
}
