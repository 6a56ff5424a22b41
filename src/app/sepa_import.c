/* Taking in what the bank says of direct debits. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/sepa.h"
#include "app/serve_billing.h"
#include "base/clock.h"
#include "base/text.h"

const struct app_option options_sepa_import[] = {
    { "dry-run", NULL, "say what would be booked, and book nothing", false },
    { 0 },
};

enum { REPORT_MAX = 256 * 1024 * 1024 };

/* ---- reading -----------------------------------------------------------------------------------
 */

static enum err read_all(int fd, size_t size, char *bytes, size_t *n)
{
    *n = 0;
    while (*n < size) {
        ssize_t got = read(fd, bytes + *n, size - *n);
        if (got < 0 && errno != EINTR)
            return err_from_errno(errno);
        if (got == 0)
            break;
        *n += got > 0 ? (size_t)got : 0;
    }
    return OK;
}

/* *bytes: to be freed. */
static int read_file(struct app *app, const char *path, char **bytes, size_t *n)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        enum err err = err_from_errno(errno);
        if (fd >= 0)
            close(fd);
        return app_error(app, err, path);
    }
    if (!S_ISREG(st.st_mode) || st.st_size > SEPA_FILE_MAX) {
        close(fd);
        return app_fail(app, EXIT_REFUSED, "%s: must be a file of at most 256 MiB", path);
    }
    *bytes = malloc((size_t)st.st_size + 1);
    enum err err = *bytes == NULL ? ERR_MEMORY : read_all(fd, (size_t)st.st_size, *bytes, n);
    close(fd);
    if (err == OK)
        return EXIT_OK;
    free(*bytes);
    *bytes = NULL;
    return app_error(app, err, path);
}

/* ---- what is said ------------------------------------------------------------------------------
 */

struct report {
    struct app *app;
    struct buf lines;
    struct json_writer w; /* over lines */
};

static void put_object(struct json_writer *w, const struct billing_sepa_line *l)
{
    json_object(w, NULL);
    json_text(w, "event", billing_sepa_event_name(l->event));
    json_number(w, "line", l->line);
    json_text(w, "end_to_end", l->end_to_end[0] != 0 ? l->end_to_end : NULL);
    json_text(w, "charge", l->charge[0] != 0 ? l->charge : NULL);
    json_text(w, "batch", l->batch[0] != 0 ? l->batch : NULL);
    if (l->has_amount) {
        char amount[MONEY_TEXT];
        money_format_amount(&l->amount, amount);
        json_object(w, "amount");
        json_text(w, "amount", amount);
        json_text(w, "currency", l->amount.currency);
        json_end(w);
    } else {
        json_null(w, "amount");
    }
    json_text(w, "reason", l->reason[0] != 0 ? l->reason : NULL);
    json_text(w, "text", l->text[0] != 0 ? l->text : NULL);
    json_end(w);
}

static void put_line(struct buf *out, const struct billing_sepa_line *l)
{
    char amount[MONEY_TEXT] = "";
    const char *what = l->end_to_end[0] != 0 ? l->end_to_end : l->batch;
    if (l->has_amount)
        money_format(&l->amount, amount);
    buf_printf(out, "%-8s  line %u  ", billing_sepa_event_name(l->event), (unsigned)l->line);
    text_put_line(out, what, strlen(what));
    buf_printf(out, "%s%s", amount[0] != 0 ? "  " : "", amount);
    if (l->text[0] != 0) {
        buf_text(out, "  ");
        text_put_line(out, l->text, strlen(l->text));
    }
    buf_text(out, "\n");
}

static void say(void *context, const struct billing_sepa_line *line)
{
    struct report *r = context;
    if (r->app->is_json)
        put_object(&r->w, line);
    else
        put_line(&r->lines, line);
}

static void put_counts(struct json_writer *w, const struct billing_sepa_import *i, bool is_dry)
{
    json_bool(w, "known", i->is_known);
    json_bool(w, "dry_run", is_dry);
    json_text(w, "kind", sepa_file_kind_name(i->file.kind));
    json_text(w, "version", i->file.version);
    json_text(w, "message", i->file.id);
    for (int k = 0; k < BILLING_SEPA_EVENT_COUNT; k++)
        json_number(w, billing_sepa_event_name((enum billing_sepa_event)k), (int64_t)i->n[k]);
    json_number(w, "already", (int64_t)i->already);
    json_number(w, "accepted", (int64_t)i->accepted);
    json_number(w, "announced", (int64_t)i->announced);
    json_number(w, "other", (int64_t)i->other);
}

static void put_summary(struct buf *out, const struct billing_sepa_import *i, bool is_dry)
{
    buf_printf(out, "%s %s%s:", i->file.version, i->file.id, is_dry ? ", nothing is booked" : "");
    for (int k = 0; k < BILLING_SEPA_EVENT_COUNT; k++)
        buf_printf(out, " %zu %s,", i->n[k], billing_sepa_event_name((enum billing_sepa_event)k));
    buf_printf(out, " %zu known before, %zu only accepted, %zu only announced, %zu other entries\n",
               i->already, i->accepted, i->announced, i->other);
}

static int print_report(struct app *app, struct report *r, const struct billing_sepa_import *i)
{
    bool is_dry = app_flag(app, "dry-run");
    if (app->is_json) {
        json_end(&r->w);
        put_counts(&r->w, i, is_dry);
        json_end(&r->w);
        buf_text(&r->lines, "\n");
    } else if (i->is_known) {
        char taken[UTC_TEXT];
        utc_format(i->taken, taken);
        buf_printf(&r->lines, "taken in before, as %s on %s: nothing is done\n", i->as_name, taken);
    } else {
        put_summary(&r->lines, i, is_dry);
    }
    return app_print_list(app, OK, &r->lines, "the answer cannot be written");
}

/* ---- the command -------------------------------------------------------------------------------
 */

static int import(struct app *app, struct billing *b, const char *bytes, size_t size)
{
    struct report r = { .app = app };
    struct billing_sepa_import result;
    char why[SEPA_READ_WHY];
    const char *path = app->operands[0], *slash = strrchr(path, '/');
    buf_init(&r.lines, REPORT_MAX);
    r.w = json_writer_of(&r.lines);
    if (app->is_json) {
        json_object(&r.w, NULL);
        json_array(&r.w, "items");
    }
    enum err err = billing_sepa_import(
        b, app->arena,
        &(struct billing_sepa_import_params){ .name = slash == NULL ? path : slash + 1,
                                              .bytes = bytes,
                                              .size = size,
                                              .iban = app->settings.sepa_creditor_iban,
                                              .is_dry = app_flag(app, "dry-run"),
                                              .now = clock_now(),
                                              .context = &r,
                                              .say = say },
        &result, why);
    int code;
    if (err == OK)
        code = print_report(app, &r, &result);
    else if (err == ERR_MALFORMED || err == ERR_UNSUPPORTED || err == ERR_FULL)
        code = app_fail(app, EXIT_REFUSED, "%s: %s", path, why[0] != 0 ? why : err_text(err));
    else
        code = app_error(app, err, path);
    buf_finish(&r.lines);
    return code;
}

int cmd_sepa_import(struct app *app)
{
    struct app_billing billing;
    char *bytes = NULL;
    size_t n = 0;
    int code = app_open(app);
    if (code == EXIT_OK)
        code = read_file(app, app->operands[0], &bytes, &n);
    if (code != EXIT_OK)
        return code;
    code = app_billing_open(app, &billing);
    if (code == EXIT_OK) {
        code = import(app, billing.billing, bytes, n);
        app_billing_close(&billing);
    }
    free(bytes);
    return code;
}
