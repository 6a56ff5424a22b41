/* What other services tell the house: asked by path and parameters, answered in their words. */
#include <string.h>

#include "base/text.h"
#include "service/api/call.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"
#include "service/api/route.h"

/* Parameters that a report takes. */
enum {
    ASKS_TITLE = 1 << 0,
    ASKS_TERRITORY = 1 << 1,
    ASKS_AT = 1 << 2,
    ASKS_MEMBER = 1 << 3,
    ASKS_FROM = 1 << 4,
    ASKS_WEEKS = 1 << 5,
    ASKS_STUDIO = 1 << 6,
    ASKS_PAGE = 1 << 7,
    ASKS_EPISODE = 1 << 8,
    NEEDS_TITLE = 1 << 9,
    NEEDS_TERRITORY = 1 << 10,
};
enum { WEEKS_MAX = 104, ALID_MAX = 400, INSTANT_MAX = 40, EPISODES_MAX = 10000 };

static const struct {
    const char *path;
    enum api_report report;
    unsigned asks;
} reports[] = {
    { "/api/v1/console/rights/explain", API_RIGHTS_EXPLAIN,
      ASKS_TITLE | ASKS_TERRITORY | ASKS_AT | ASKS_MEMBER | ASKS_EPISODE | NEEDS_TITLE |
          NEEDS_TERRITORY },
    { "/api/v1/console/rights/calendar", API_RIGHTS_CALENDAR,
      ASKS_TERRITORY | ASKS_FROM | ASKS_WEEKS },
    { "/api/v1/console/studios", API_STUDIOS, 0 },
    { "/api/v1/console/avails", API_AVAILS, ASKS_STUDIO | ASKS_TITLE | ASKS_PAGE },
    { "/api/v1/console/deals", API_DEALS, 0 },
    { "/api/v1/console/deals/check", API_DEALS_CHECK, ASKS_TITLE },
    { "/api/v1/console/territories", API_TERRITORIES, ASKS_AT },
    { "/api/v1/console/territories/{code}/check", API_TERRITORY_CHECK, ASKS_AT },
    { "/api/v1/console/productions", API_PRODUCTIONS, 0 },
    { "/api/v1/console/productions/{id}", API_PRODUCTION, 0 },
    { "/api/v1/console/partners", API_PARTNERS, 0 },
    { "/api/v1/console/partners/{id}", API_PARTNER, 0 },
};
enum { N_REPORTS = sizeof reports / sizeof reports[0] };

static bool read_text(struct api_call *call, bool wanted, const char *name, size_t max,
                      const char **out)
{
    return !wanted || call_query(call, name, max, out);
}

static bool read_whole(struct api_call *call, bool wanted, const char *name, int max, int *out)
{
    const char *text = NULL;
    int64_t number = *out;
    if (!wanted || !call_query(call, name, 8, &text))
        return !wanted;
    if (text != NULL && text_to_i64(text, strlen(text), 0, max, &number) != OK) {
        call_problem(call, PROBLEM_VALIDATION, name,
                     arena_printf(call->arena, "must lie between 0 and %d", max));
        return false;
    }
    *out = (int)number;
    return true;
}

static bool is_code(const char *text)
{
    return strlen(text) == 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' &&
           text[1] <= 'Z';
}

static bool require(struct api_call *call, bool wanted, const char *name, const char *value)
{
    if (!wanted || value != NULL)
        return true;
    call_problem(call, PROBLEM_VALIDATION, name, "must be said");
    return false;
}

static bool read_question(struct api_call *call, unsigned asks, struct api_question *q)
{
    if (!read_text(call, asks & ASKS_TITLE, "title", ALID_MAX, &q->title) ||
        !read_text(call, asks & ASKS_TERRITORY, "territory", 2, &q->territory) ||
        !read_text(call, asks & ASKS_AT, "at", INSTANT_MAX, &q->at) ||
        !read_text(call, asks & ASKS_FROM, "from", INSTANT_MAX, &q->from) ||
        !read_text(call, asks & ASKS_MEMBER, "member", LIMIT_EMAIL, &q->member) ||
        !read_text(call, asks & ASKS_STUDIO, "studio", LIMIT_TEXT, &q->studio) ||
        !read_whole(call, asks & ASKS_WEEKS, "weeks", WEEKS_MAX, &q->weeks) ||
        !read_whole(call, asks & ASKS_EPISODE, "season", EPISODES_MAX, &q->season) ||
        !read_whole(call, asks & ASKS_EPISODE, "episode", EPISODES_MAX, &q->episode) ||
        ((asks & ASKS_PAGE) != 0 && !call_page(call, LIMIT_PAGE, &q->after, &q->limit)) ||
        !require(call, asks & NEEDS_TITLE, "title", q->title) ||
        !require(call, asks & NEEDS_TERRITORY, "territory", q->territory))
        return false;
    if (q->territory == NULL || is_code(q->territory))
        return true;
    call_problem(call, PROBLEM_VALIDATION, "territory", "must be two capitals, as FR");
    return false;
}

static size_t find_report(const struct api_route *route)
{
    for (size_t i = 0; i < N_REPORTS; i++)
        if (strcmp(reports[i].path, route->pattern) == 0)
            return i;
    return N_REPORTS;
}

void handle_report(struct api_call *call)
{
    struct api_answer_problem why = { .field = "" };
    struct api_question q = { .arena = call->arena,
                              .now = call->now,
                              .language = call->language,
                              .id = call->id,
                              .season = -1,
                              .episode = -1 };
    size_t i = find_report(call->route);
    api_report_fn fn = i < N_REPORTS ? call->params->reports[reports[i].report] : NULL;
    if (fn == NULL) {
        call_problem(call, PROBLEM_NOT_FOUND, NULL, NULL);
        return;
    }
    if (!read_question(call, reports[i].asks, &q))
        return;
    enum err err = fn(call->params->reports_context, &q, &call->out, &why);
    if (err == ERR_ARGUMENT || err == ERR_MALFORMED)
        call_problem(call, PROBLEM_VALIDATION, why.field,
                     why.text[0] != 0 ? why.text : "is not allowed");
    else if (err != OK)
        call_fail(call, err, "make a report");
    else
        call_answer(call, 200);
}
