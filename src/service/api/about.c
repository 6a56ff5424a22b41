#include "service/api/call.h"
#include "service/api/handlers.h"

void handle_health(struct api_call *call)
{
    static const char ok[] = "ok";
    call->answer->status = 200;
    call->answer->source = HTTP_BYTES;
    call->answer->content_type = "text/plain; charset=utf-8";
    call->answer->bytes = ok;
    call->answer->size = sizeof ok - 1;
}

void handle_service(struct api_call *call)
{
    const struct api_params *p = call->params;
    struct json_writer *w = &call->w;
    json_object(w, NULL);
    json_text(w, "name", p->name);
    json_text(w, "territory", p->territory);
    json_array(w, "languages");
    for (size_t i = 0; i < p->n_languages; i++)
        json_text(w, NULL, p->languages[i]);
    json_end(w);
    json_object(w, "plan");
    json_text(w, "name", p->plan_name);
    json_number(w, "trial_days", p->trial_days);
    json_end(w);
    json_text(w, "version", p->version);
    json_end(w);
    call_answer(call, 200);
}
