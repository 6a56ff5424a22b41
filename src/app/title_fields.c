#include "app/title_fields.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/id.h"
#include "base/text.h"
#include "driver/store/titles.h"

enum { IMAGE_MAX = 8 * 1024 * 1024, IMAGE_MIN = 128 };

/* Splits "left=right" at the first '='; false (said) when there is none. */
static bool split(struct app *app, const char *option, const char *text, const char **left,
                  const char **right)
{
    const char *equals = strchr(text, '=');
    if (equals == NULL || equals == text) {
        app_usage(app, "--%s: must be as in NAME=TEXT, not %s", option, text);
        return false;
    }
    *left = arena_strndup(app->arena, text, (size_t)(equals - text));
    *right = equals + 1;
    return true;
}

static struct title_text *text_in(struct app *app, const char *language, struct title_text **texts,
                                  size_t *n)
{
    for (size_t i = 0; i < *n; i++) {
        if (strcmp((*texts)[i].language, language) == 0)
            return &(*texts)[i];
    }
    struct title_text *more = ARENA_ARRAY(app->arena, struct title_text, *n + 1);
    if (*n > 0)
        memcpy(more, *texts, *n * sizeof *more);
    *texts = more;
    more[*n].language = language;
    return &more[(*n)++];
}

/* A text without title and synopsis is none. */
static void drop_empty(struct title_text *texts, size_t *n)
{
    size_t kept = 0;
    for (size_t i = 0; i < *n; i++) {
        if (texts[i].title != NULL || texts[i].synopsis != NULL)
            texts[kept++] = texts[i];
    }
    *n = kept;
}

int title_fields_texts(struct app *app, struct title_text **texts, size_t *n)
{
    static const char *const options[] = { "title-in", "synopsis" };
    for (size_t o = 0; o < 2; o++) {
        size_t count = 0;
        const char **values = app_values(app, options[o], &count);
        for (size_t i = 0; i < count; i++) {
            const char *language, *text;
            if (!split(app, options[o], values[i], &language, &text))
                return EXIT_USAGE;
            struct title_text *t = text_in(app, language, texts, n);
            const char **field = o == 0 ? &t->title : &t->synopsis;
            *field = *text == 0 ? NULL : text;
        }
    }
    drop_empty(*texts, n);
    return EXIT_OK;
}

/* Lists that were said replace the ones before; a single empty value leaves none. */
static const char **said_list(struct app *app, const char *option, const char **before, size_t *n)
{
    size_t count = 0;
    const char **values = app_values(app, option, &count);
    if (count == 0)
        return before;
    *n = count == 1 && values[0][0] == 0 ? 0 : count;
    return values;
}

static int apply_credits(struct app *app, struct title *title)
{
    size_t n = 0;
    const char **values = app_values(app, "credit", &n);
    if (n == 0)
        return EXIT_OK;
    title->credits = ARENA_ARRAY(app->arena, struct title_credit, n);
    title->n_credits = 0;
    for (size_t i = 0; i < n && !(n == 1 && values[0][0] == 0); i++) {
        struct title_credit *credit = &title->credits[title->n_credits++];
        if (!split(app, "credit", values[i], &credit->role, &credit->name))
            return EXIT_USAGE;
        const char *as = strstr(credit->name, " as ");
        if (as != NULL && strcmp(credit->role, "actor") == 0) {
            credit->character = as + 4;
            credit->name = arena_strndup(app->arena, credit->name, (size_t)(as - credit->name));
        }
    }
    return EXIT_OK;
}

static int apply_ratings(struct app *app, struct title *title)
{
    size_t n = 0;
    const char **values = app_values(app, "rating", &n);
    if (n == 0)
        return EXIT_OK;
    title->ratings = ARENA_ARRAY(app->arena, struct title_rating, n);
    title->n_ratings = 0;
    for (size_t i = 0; i < n && !(n == 1 && values[0][0] == 0); i++) {
        struct title_rating *rating = &title->ratings[title->n_ratings++];
        if (!split(app, "rating", values[i], &rating->system, &rating->value))
            return EXIT_USAGE;
    }
    return EXIT_OK;
}

static const char *said_text(const struct app *app, const char *option, const char *before)
{
    const char *value = app_value(app, option);
    return value == NULL ? before : value[0] == 0 ? NULL : value;
}

/* One of two flags that contradict one another. */
static int apply_flags(struct app *app, const char *yes, const char *no, bool *out)
{
    if (app_flag(app, yes) && app_flag(app, no))
        return app_usage(app, "--%s and --%s: only one of them", yes, no);
    if (app_flag(app, yes) || app_flag(app, no))
        *out = app_flag(app, yes);
    return EXIT_OK;
}

int title_fields_apply(struct app *app, struct title *title)
{
    long long year = 0, runtime = 0;
    if (!app_number(app, "year", 0, 9999, title->year, &year) ||
        !app_number(app, "runtime", 0, 100000, title->runtime_minutes, &runtime))
        return EXIT_USAGE;
    title->year = (int)year;
    title->runtime_minutes = (int)runtime;
    title->original_title = said_text(app, "title", title->original_title);
    title->language = said_text(app, "language", title->language);
    title->credit_line = said_text(app, "credit-line", title->credit_line);
    title->genres = said_list(app, "genre", title->genres, &title->n_genres);
    title->countries = said_list(app, "country", title->countries, &title->n_countries);
    int code = title_fields_texts(app, &title->texts, &title->n_texts);
    if (code == EXIT_OK)
        code = apply_credits(app, title);
    if (code == EXIT_OK)
        code = apply_ratings(app, title);
    if (code == EXIT_OK)
        code = apply_flags(app, "licensed", "own", &title->is_licensed);
    if (code == EXIT_OK)
        code = apply_flags(app, "exclusive", "not-exclusive", &title->is_exclusive);
    if (code != EXIT_OK)
        return code;
    struct title_problem why;
    if (title_validate(title, &why) != OK)
        return app_usage(app, "%s: %s", why.field, why.text);
    return EXIT_OK;
}

/* A JPEG by its first and last bytes; what is inside is the browser's to decode. */
static bool is_jpeg(const uint8_t *bytes, size_t n)
{
    return n >= IMAGE_MIN && memcmp(bytes, "\xff\xd8\xff", 3) == 0;
}

static int load_image(struct app *app, const char *path, uint8_t **bytes, size_t *n)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return app_fail(app, EXIT_REFUSED, "%s: %s", path, strerror(errno));
    bool fits = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= IMAGE_MAX;
    *n = 0;
    *bytes = arena_alloc(app->arena, fits ? (size_t)st.st_size + 1 : 1);
    while (fits && *n < (size_t)st.st_size) {
        ssize_t part = read(fd, *bytes + *n, (size_t)st.st_size - *n);
        if (part <= 0)
            break;
        *n += (size_t)part;
    }
    close(fd);
    if (fits && is_jpeg(*bytes, *n))
        return EXIT_OK;
    return app_fail(app, EXIT_REFUSED, "%s: must be a JPEG picture of at most %d MiB", path,
                    IMAGE_MAX >> 20);
}

static int set_image(struct app *app, const char *id, const char *kind, const char *path)
{
    char name[BLOB_NAME_MAX], random[ID_TEXT];
    uint8_t *bytes = NULL;
    size_t n = 0;
    enum err err = OK;
    if (*path == 0) {
        err = store_title_image(app->store, id, kind, NULL, false);
        return err == OK ? EXIT_OK : app_error(app, err, kind);
    }
    int code = load_image(app, path, &bytes, &n);
    if (code != EXIT_OK)
        return code;
    id_new(random);
    snprintf(name, sizeof name, "images/%s.jpg", random);
    err = coffer_put(app->coffer, name, bytes, n);
    if (err == OK)
        err = store_title_image(app->store, id, kind, name, false);
    return err == OK ? EXIT_OK : app_error(app, err, path);
}

static const char *const kinds[] = { "poster", "backdrop", "still" };

int title_fields_open(struct app *app)
{
    bool any = false;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        any = any || app_value(app, kinds[i]) != NULL;
    int code = app_open(app);
    return code == EXIT_OK && any ? app_open_coffer(app) : code;
}

int title_fields_images(struct app *app, const char *id, bool is_episode)
{
    int code = EXIT_OK;
    for (size_t i = is_episode ? 2 : 0; i < (is_episode ? 3 : 2) && code == EXIT_OK; i++) {
        const char *path = app_value(app, kinds[i]);
        if (path != NULL)
            code = set_image(app, id, kinds[i], path);
    }
    return code;
}
