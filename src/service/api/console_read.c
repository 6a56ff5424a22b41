#include <string.h>

#include "service/api/console.h"
#include "service/api/limits.h"

static const char *read_word(struct json_reader *o, const char *name, enum json_need need)
{
    return json_read_text(o, name, need, 1, LIMIT_WORD);
}

/* Texts live in the document, which lives as long as the call: nothing is copied. */
static void read_text_field(struct api_call *call, const char *name, size_t max, const char **out)
{
    if (json_read_has(&call->in, name))
        *out = json_read_text(&call->in, name, JSON_OPTIONAL, 1, max);
}

static void read_whole_field(struct api_call *call, const char *name, int64_t max, int *out)
{
    int64_t number = 0;
    if (!json_read_has(&call->in, name))
        return;
    (void)json_read_whole(&call->in, name, JSON_OPTIONAL, 0, max, &number);
    *out = (int)number;
}

void console_read_texts(struct api_call *call, struct title_text **texts, size_t *n)
{
    struct json_list list;
    if (!json_read_has(&call->in, "texts"))
        return;
    (void)json_read_list(&call->in, "texts", JSON_OPTIONAL, LIMIT_TEXTS, &list);
    *texts = ARENA_ARRAY(call->arena, struct title_text, list.n);
    *n = list.n;
    for (size_t i = 0; i < list.n; i++) {
        struct json_reader o = json_read_list_object(&list, i);
        (*texts)[i] = (struct title_text){
            .language = json_read_text(&o, "language", JSON_REQUIRED, 1, LIMIT_LANGUAGE),
            .title = json_read_text(&o, "title", JSON_OPTIONAL, 1, LIMIT_TEXT),
            .synopsis = json_read_text(&o, "synopsis", JSON_OPTIONAL, 1, LIMIT_LONG),
        };
        json_read_end(&o);
    }
}

static void read_credits(struct api_call *call, struct title *title)
{
    struct json_list list;
    if (!json_read_has(&call->in, "credits"))
        return;
    (void)json_read_list(&call->in, "credits", JSON_OPTIONAL, LIMIT_CREDITS, &list);
    title->credits = ARENA_ARRAY(call->arena, struct title_credit, list.n);
    title->n_credits = list.n;
    for (size_t i = 0; i < list.n; i++) {
        struct json_reader o = json_read_list_object(&list, i);
        title->credits[i] = (struct title_credit){
            .role = read_word(&o, "role", JSON_REQUIRED),
            .name = json_read_text(&o, "name", JSON_REQUIRED, 1, LIMIT_TEXT),
            .character = json_read_text(&o, "character", JSON_OPTIONAL, 1, LIMIT_TEXT),
        };
        json_read_end(&o);
    }
}

static void read_ratings(struct api_call *call, struct title *title)
{
    struct json_list list;
    if (!json_read_has(&call->in, "ratings"))
        return;
    (void)json_read_list(&call->in, "ratings", JSON_OPTIONAL, LIMIT_RATINGS, &list);
    title->ratings = ARENA_ARRAY(call->arena, struct title_rating, list.n);
    title->n_ratings = list.n;
    for (size_t i = 0; i < list.n; i++) {
        struct json_reader o = json_read_list_object(&list, i);
        title->ratings[i] = (struct title_rating){
            .system = read_word(&o, "system", JSON_REQUIRED),
            .value = read_word(&o, "value", JSON_REQUIRED),
        };
        json_read_end(&o);
    }
}

static void read_words(struct api_call *call, const char *name, size_t max, const char ***out,
                       size_t *n)
{
    struct json_list list;
    if (!json_read_has(&call->in, name))
        return;
    (void)json_read_list(&call->in, name, JSON_OPTIONAL, max, &list);
    *out = ARENA_ARRAY(call->arena, const char *, list.n);
    *n = list.n;
    for (size_t i = 0; i < list.n; i++)
        (*out)[i] = json_read_list_text(&list, i, 1, LIMIT_WORD);
}

void console_read_title(struct api_call *call, struct title *title)
{
    enum { NUMBER_MAX = 1000000 }; /* the rules say what is sensible */
    read_text_field(call, "original_title", LIMIT_TEXT, &title->original_title);
    if (title->original_title == NULL)
        json_read_wrong(&call->in, "original_title", "this field is required");
    console_read_texts(call, &title->texts, &title->n_texts);
    read_whole_field(call, "year", NUMBER_MAX, &title->year);
    read_whole_field(call, "runtime_minutes", NUMBER_MAX, &title->runtime_minutes);
    read_text_field(call, "language", LIMIT_LANGUAGE, &title->language);
    read_text_field(call, "credit_line", LIMIT_TEXT, &title->credit_line);
    read_words(call, "genres", LIMIT_GENRES, &title->genres, &title->n_genres);
    read_words(call, "countries", LIMIT_COUNTRIES, &title->countries, &title->n_countries);
    read_ratings(call, title);
    read_credits(call, title);
}

bool console_title_good(struct api_call *call, const struct title *title)
{
    struct title_problem why;
    if (!call_read_end(call))
        return false;
    if (title_validate(title, &why) == OK)
        return true;
    call_problem(call, PROBLEM_VALIDATION, why.field, why.text);
    return false;
}
