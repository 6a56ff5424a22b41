#include "app/territory.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "driver/store/territories.h"

enum { FAILING_SHOWN = 10 }; /* titles under a row on a screen; --json has more */

bool territory_code(struct app *app, const char *text, char out[3])
{
    char code[3] = "";
    if (strlen(text) == 2) {
        code[0] = (char)toupper((unsigned char)text[0]);
        code[1] = (char)toupper((unsigned char)text[1]);
    }
    if (territory_facts(code) == NULL) {
        app_usage(app, "%s: is no country of ISO 3166-1 (two letters, as in FR)", text);
        return false;
    }
    memcpy(out, code, sizeof code);
    return true;
}

/* "T20:30" or "T20:30:15" as the second of the day. */
static bool second_of(const char *text, int32_t *out)
{
    int64_t h, m, s = 0;
    size_t n = strlen(text);
    if ((n != 6 && n != 9) || (text[0] != 'T' && text[0] != ' ') || text[3] != ':' ||
        text_to_i64(text + 1, 2, 0, 23, &h) != OK || text_to_i64(text + 4, 2, 0, 59, &m) != OK)
        return false;
    if (n == 9 && (text[6] != ':' || text_to_i64(text + 7, 2, 0, 59, &s) != OK))
        return false;
    *out = (int32_t)(h * 3600 + m * 60 + s);
    return true;
}

bool territory_instant(struct app *app, const char *text, const struct territory *territory,
                       utc_time *out)
{
    enum { DAY_TEXT = 10 }; /* of "2013-09-15" */
    size_t n = strlen(text);
    civil_day day;
    int32_t second = 0;
    if (n >= DAY_TEXT && civil_day_parse(text, DAY_TEXT, &day) == OK &&
        (n == DAY_TEXT || second_of(text + DAY_TEXT, &second))) {
        *out = zone_instant(territory_zone(territory), day, second);
        return true;
    }
    if (n > DAY_TEXT && utc_parse(text, n, out) == OK)
        return true;
    app_usage(app,
              "%s: is no instant: 2013-09-15, 2013-09-15T20:30 (both in %s) or with an offset "
              "2013-09-15T20:30:00+02:00",
              text, zone_name(territory_zone(territory)));
    return false;
}

bool territory_at(struct app *app, const struct territory *territory, utc_time *out)
{
    const char *text = app_value(app, "at");
    *out = clock_now();
    return text == NULL || territory_instant(app, text, territory, out);
}

int territory_load(struct app *app, const char *code, struct territory *out)
{
    enum err err = store_territory_get(app->store, app->arena, code, out);
    return err == OK ? EXIT_OK : app_error(app, err, code);
}

int territory_file(struct app *app, const char *path, size_t most, struct buf *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return app_error(app, err_from_errno(errno), path);
    ssize_t n = 1;
    buf_init(out, most);
    while (n > 0 && out->err == OK) {
        uint8_t part[16384];
        n = read(fd, part, sizeof part);
        if (n > 0)
            buf_put(out, part, (size_t)n);
    }
    close(fd);
    if (n >= 0 && out->err == OK)
        return EXIT_OK;
    enum err err = n < 0 ? ERR_IO : out->err;
    buf_finish(out);
    if (err == ERR_FULL)
        return app_fail(app, EXIT_REFUSED, "%s: is longer than %zu bytes", path, most);
    return app_error(app, err, path);
}

static void put_row(const struct check_row *row, struct buf *out)
{
    const char *verdict = row->passes ? "pass" : row->is_blocking ? "FAIL" : "note";
    buf_printf(out, "%s  %s\n      %s\n", verdict, row->id, row->text);
    buf_printf(out, "      found: %s; required: %s\n", row->found, row->required);
    if (strcmp(row->source, "house") != 0)
        buf_printf(out, "      source: %s\n", row->source);
    if (row->remedy != NULL)
        buf_printf(out, "      to pass: %s\n", row->remedy);
    for (size_t i = 0; i < row->n_listed && i < FAILING_SHOWN; i++)
        buf_printf(out, "      - %s\n", row->failing[i]);
    if (row->n_failing > FAILING_SHOWN)
        buf_printf(out, "      - and %zu more\n", row->n_failing - FAILING_SHOWN);
}

void territory_put_report(const struct launch_check *check, bool failing_only, struct buf *out)
{
    for (size_t i = 0; i < check->report.n; i++) {
        const struct check_row *row = &check->report.rows[i];
        if (!failing_only || (!row->passes && row->is_blocking))
            put_row(row, out);
    }
}
