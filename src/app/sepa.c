/* Collecting by direct debit: the file for the bank. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/sepa.h"
#include "app/serve_billing.h"
#include "base/clock.h"

const struct app_option options_sepa_collect[] = {
    { "out", "FILE", "where the file for the bank is written", false },
    { "version", "VERSION", "pain.008.001.08, or pain.008.001.02 for a bank that wants the older",
      false },
    { 0 },
};
const struct app_option options_sepa_write[] = {
    { "out", "FILE", "where the file for the bank is written", false },
    { 0 },
};

/* ---- a file, whole or not at all --------------------------------------------------------------
 */

struct out_file {
    int fd;
    const char *path, *part;
};

static enum err put(void *context, const void *bytes, size_t size)
{
    const struct out_file *f = context;
    for (size_t done = 0; done < size;) {
        ssize_t n = write(f->fd, (const char *)bytes + done, size - done);
        if (n < 0 && errno != EINTR)
            return err_from_errno(errno);
        done += n > 0 ? (size_t)n : 0;
    }
    return OK;
}

/* Its name counts only once the folder has it on the disk. */
static enum err flush_folder(struct app *app, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *folder = slash == NULL   ? "."
                         : slash == path ? "/"
                                         : arena_strndup(app->arena, path, (size_t)(slash - path));
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_from_errno(errno);
    enum err err = fsync(fd) == 0 ? OK : err_from_errno(errno);
    close(fd);
    return err;
}

/* The accounts of members are in it: nobody else on this machine reads it. */
static enum err write_file(struct app *app, struct billing *b, const struct store_sepa_batch *batch,
                           const char *path, char why[SEPA_WHY])
{
    struct out_file f = { .path = path,
                          .part = arena_printf(app->arena, "%s.%ld.part", path, (long)getpid()) };
    f.fd = open(f.part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    why[0] = 0;
    if (f.fd < 0)
        return err_from_errno(errno);
    enum err err = billing_sepa_write(b, batch, &(struct billing_sepa_sink){ &f, put }, why);
    if (err == OK && fsync(f.fd) != 0)
        err = err_from_errno(errno);
    close(f.fd);
    if (err == OK && rename(f.part, path) != 0)
        err = err_from_errno(errno);
    if (err != OK)
        unlink(f.part);
    return err == OK ? flush_folder(app, path) : err;
}

static int write_batch(struct app *app, struct billing *b, const struct store_sepa_batch *batch,
                       const char *path)
{
    char why[SEPA_WHY];
    enum err err = write_file(app, b, batch, path, why);
    if (err == OK)
        err = store_sepa_batch_written(app->store, batch->id, clock_now());
    if (err != OK && why[0] != 0)
        return app_fail(app, EXIT_REFUSED, "batch %s: %s", batch->id.s, why);
    return err == OK ? EXIT_OK : app_error(app, err, path);
}

/* ---- what is said of it -------------------------------------------------------------------------
 */

void sepa_batch_json(const struct store_sepa_batch *b, struct json_writer *w)
{
    char due[CIVIL_DAY_TEXT], amount[MONEY_TEXT];
    civil_day_format(b->due, due);
    money_format_amount(&(struct money){ b->sum, "EUR" }, amount);
    json_text(w, "batch", b->id.s);
    json_text(w, "version", b->version);
    json_instant(w, "created", b->created);
    json_text(w, "due", due);
    json_number(w, "debits", (int64_t)b->n);
    json_object(w, "sum");
    json_text(w, "amount", amount);
    json_text(w, "currency", "EUR");
    json_end(w);
    json_text(w, "state", sepa_batch_state(b));
    for (int i = 0; i < SEPA_DEBIT_STATE_COUNT; i++)
        json_number(w, sepa_debit_state_name((enum sepa_debit_state)i), (int64_t)b->in_state[i]);
    json_instant(w, "written", b->written);
    json_text(w, "why", b->why[0] != 0 ? b->why : NULL);
}

const char *sepa_batch_state(const struct store_sepa_batch *b)
{
    if (b->refused.us != 0)
        return "refused";
    if (b->in_state[SEPA_DEBIT_SENT] == 0)
        return "done";
    return b->written.us == 0 ? "made" : "written";
}

static int print_collected(struct app *app, const struct billing_sepa_collected *c,
                           const char *path)
{
    struct buf out;
    char due[CIVIL_DAY_TEXT], sum[MONEY_TEXT];
    civil_day_format(c->batch.due, due);
    money_format(&(struct money){ c->batch.sum, "EUR" }, sum);
    buf_init(&out, 64 * 1024);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        sepa_batch_json(&c->batch, &w);
        json_text(&w, "file", path);
        json_bool(&w, "old", c->is_old);
        json_number(&w, "left", (int64_t)c->left);
        json_number(&w, "stuck", (int64_t)c->stuck);
        json_end(&w);
    } else {
        buf_printf(&out, "%s: batch %s, %zu debits, %s, due %s", path, c->batch.id.s, c->batch.n,
                   sum, due);
        if (c->stuck > 0)
            buf_printf(&out, "\n%zu charges can never be collected, and were told so", c->stuck);
        if (c->is_old)
            buf_text(&out, "\nit was made before and not known to be written; run again for what "
                           "came since");
        if (c->left > 0)
            buf_printf(&out, "\n%zu debits wait for another file; run again", c->left);
    }
    int code = app_print(app, &out);
    buf_finish(&out);
    return code;
}

static int print_nothing(struct app *app, size_t stuck)
{
    struct buf out;
    buf_init(&out, 1024);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_null(&w, "batch");
        json_number(&w, "debits", 0);
        json_number(&w, "stuck", (int64_t)stuck);
        json_end(&w);
    } else {
        buf_text(&out, "nothing waits to be collected; no file was written");
    }
    int code = app_print(app, &out);
    buf_finish(&out);
    return code;
}

/* ---- the commands ------------------------------------------------------------------------------
 */

static int refuse(struct app *app, enum err err, const char *why)
{
    if (err == ERR_UNSUPPORTED)
        return app_fail(app, EXIT_REFUSED,
                        "this house collects no direct debits: sepa_creditor_id is not set");
    if (err == ERR_ARGUMENT)
        return app_fail(app, EXIT_UNSOUND,
                        "lanterne.conf: sepa_creditor_id, _name, _iban or _bic: %s", why);
    return app_error(app, err, "direct debits");
}

static int collect(struct app *app, const struct billing_sepa_house *house, const char *path)
{
    struct app_billing billing;
    struct billing_sepa_collected collected;
    char why[SEPA_WHY];
    int code = app_billing_open(app, &billing);
    if (code != EXIT_OK)
        return code;
    enum err err =
        billing_sepa_collect(billing.billing, app->arena, house, clock_now(), &collected, why);
    if (err == ERR_NOT_FOUND)
        code = print_nothing(app, collected.stuck);
    else if (err != OK)
        code = refuse(app, err, why);
    else
        code = write_batch(app, billing.billing, &collected.batch, path);
    if (code == EXIT_OK && err == OK)
        code = print_collected(app, &collected, path);
    app_billing_close(&billing);
    return code;
}

int cmd_sepa_collect(struct app *app)
{
    struct billing_sepa_house house = { .version = SEPA_008_08 };
    const char *path = app_value(app, "out"), *version = app_value(app, "version");
    if (path == NULL || path[0] == 0)
        return app_usage(app, "--out is missing: where is the file to be written?");
    if (version != NULL && !sepa_version_parse(version, &house.version))
        return app_usage(app, "--version: must be pain.008.001.08 or pain.008.001.02");
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    house.name = app->settings.sepa_creditor_name[0] != 0 ? app->settings.sepa_creditor_name
                                                          : app->settings.name;
    house.iban = app->settings.sepa_creditor_iban;
    house.bic = app->settings.sepa_creditor_bic;
    return collect(app, &house, path);
}

int cmd_sepa_write(struct app *app)
{
    sepa_batch_id id;
    struct store_sepa_batch batch = { 0 };
    struct app_billing billing;
    const char *path = app_value(app, "out");
    if (path == NULL || path[0] == 0)
        return app_usage(app, "--out is missing: where is the file to be written?");
    if (!app_id(app, app->operands[0], "BATCH", id.s))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = store_sepa_batch_get(app->store, app->arena, id, &batch);
    if (err != OK)
        return app_error(app, err, app->operands[0]);
    if (batch.refused.us != 0)
        return app_fail(app, EXIT_REFUSED,
                        "batch %s was refused by the bank (%s): its debits are collected by a new "
                        "file",
                        batch.id.s, batch.why);
    code = app_billing_open(app, &billing);
    if (code != EXIT_OK)
        return code;
    code = write_batch(app, billing.billing, &batch, path);
    if (code == EXIT_OK)
        code = print_collected(app, &(struct billing_sepa_collected){ .batch = batch }, path);
    app_billing_close(&billing);
    return code;
}
