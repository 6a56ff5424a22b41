/* The members, newest first. */
#include "service/api/handlers.h"
#include "service/api/limits.h"
#include "service/api/me.h"

void handle_console_members(struct api_call *call)
{
    struct member *members = NULL;
    size_t n = 0;
    unsigned limit;
    const char *after, *next = NULL;
    if (!call_page(call, LIMIT_PAGE, &after, &limit))
        return;
    enum err err = store_members_list(call->store, call->arena, after, limit, &members, &n, &next);
    if (err == ERR_MALFORMED || err == ERR_ARGUMENT) {
        call_problem(call, PROBLEM_VALIDATION, "after", "is no cursor of this list");
        return;
    }
    if (err != OK) {
        call_fail(call, err, "list members");
        return;
    }
    json_object(&call->w, NULL);
    json_array(&call->w, "items");
    for (size_t i = 0; err == OK && i < n; i++)
        err = me_write(call, NULL, &members[i]);
    json_end(&call->w);
    json_text(&call->w, "next", next);
    json_end(&call->w);
    if (err != OK)
        call_fail(call, err, "read subscriptions");
    else
        call_answer(call, 200);
}
