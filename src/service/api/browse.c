/* The catalogue as a list: by kind, by genre, by words. */
#include <string.h>

#include "rules/catalog/genre.h"
#include "service/api/card.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"
#include "service/api/shown.h"

static bool read_filter(struct api_call *call, struct title_filter *filter)
{
    enum title_kind kind;
    *filter = shown_filter(call);
    if (!call_query(call, "kind", LIMIT_WORD, &filter->kind) ||
        !call_query(call, "genre", LIMIT_WORD, &filter->genre) ||
        !call_query(call, "q", LIMIT_SEARCH, &filter->search) ||
        !call_page(call, LIMIT_PAGE, &filter->after, &filter->limit))
        return false;
    if (filter->kind != NULL && !title_kind_parse(filter->kind, &kind)) {
        call_problem(call, PROBLEM_VALIDATION, "kind", "must be film or series");
        return false;
    }
    if (filter->genre != NULL && !genre_is_known(filter->genre)) {
        call_problem(call, PROBLEM_VALIDATION, "genre", "there is no such genre");
        return false;
    }
    return true;
}

void handle_titles(struct api_call *call)
{
    struct title_filter filter;
    struct title_page page;
    struct seen seen;
    if (!read_filter(call, &filter))
        return;
    enum err err = shown_list(call, &filter, &page);
    if (err == ERR_MALFORMED || err == ERR_ARGUMENT) {
        call_problem(call, PROBLEM_VALIDATION, "after", "is no cursor of this list");
        return;
    }
    if (err == OK)
        err = seen_load(call, &seen);
    json_object(&call->w, NULL);
    json_array(&call->w, "items");
    if (err == OK)
        err = card_write_page(call, &page, &seen);
    json_end(&call->w);
    if (err != OK) {
        call_fail(call, err, "list titles");
        return;
    }
    json_text(&call->w, "next", page.next);
    json_end(&call->w);
    call_answer(call, 200);
}
