#include "service/api/route.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/id.h"
#include "base/json.h"
#include "service/api/api.h"
#include "service/api/handlers.h"

const struct api_route api_routes[] = {
    { HTTP_GET, "/healthz", API_OPEN, API_NO_BODY, handle_health },
    { HTTP_GET, "/api/v1/service", API_OPEN, API_NO_BODY, handle_service },
    { HTTP_GET, "/api/v1/about", API_ANYONE, API_NO_BODY, handle_about },
    { HTTP_GET, "/api/v1/plans", API_ANYONE, API_NO_BODY, handle_plans },
    { HTTP_POST, "/api/v1/webhooks/card", API_OPEN, API_BODY_RAW, handle_webhook_card },
    { HTTP_POST, "/api/v1/members", API_OPEN, API_BODY, handle_sign_up },
    { HTTP_POST, "/api/v1/sessions", API_OPEN, API_BODY, handle_sign_in },
    { HTTP_POST, "/api/v1/sessions/passkey/begin", API_OPEN, API_BODY_OR_NONE,
      handle_passkey_begin },
    { HTTP_POST, "/api/v1/sessions/passkey", API_OPEN, API_BODY, handle_passkey_sign_in },
    { HTTP_POST, "/api/v1/device/authorization", API_OPEN, API_BODY_OAUTH,
      handle_device_authorization },
    { HTTP_POST, "/api/v1/device/token", API_OPEN, API_BODY_OAUTH, handle_device_token },
    { HTTP_POST, "/api/v1/device/assertion", API_OPEN, API_BODY_OAUTH, handle_device_assertion },
    { HTTP_GET, "/api/v1/box/settings", API_OPEN, API_NO_BODY, handle_box_settings },
    { HTTP_GET, "/api/v1/me/device-codes/{user_code}", API_MEMBER, API_NO_BODY,
      handle_me_device_code },
    { HTTP_POST, "/api/v1/me/device-codes/{user_code}", API_MEMBER, API_BODY,
      handle_me_device_code_decide },
    { HTTP_DELETE, "/api/v1/sessions/current", API_MEMBER, API_NO_BODY, handle_sign_out },
    { HTTP_GET, "/api/v1/me", API_MEMBER, API_NO_BODY, handle_me },
    { HTTP_PATCH, "/api/v1/me", API_MEMBER, API_BODY, handle_me_change },
    { HTTP_POST, "/api/v1/me/password", API_MEMBER, API_BODY, handle_me_password },
    { HTTP_POST, "/api/v1/me/subscription", API_MEMBER, API_BODY_OR_NONE, handle_me_subscription },
    { HTTP_POST, "/api/v1/me/subscription/cancel", API_MEMBER, API_BODY_OR_NONE,
      handle_me_subscription_cancel },
    { HTTP_POST, "/api/v1/me/subscription/keep", API_MEMBER, API_BODY_OR_NONE,
      handle_me_subscription_keep },
    { HTTP_POST, "/api/v1/me/subscription/pause", API_MEMBER, API_BODY,
      handle_me_subscription_pause },
    { HTTP_POST, "/api/v1/me/subscription/resume", API_MEMBER, API_BODY_OR_NONE,
      handle_me_subscription_resume },
    { HTTP_PUT, "/api/v1/me/subscription/means", API_MEMBER, API_BODY,
      handle_me_subscription_means },
    { HTTP_GET, "/api/v1/me/means", API_MEMBER, API_NO_BODY, handle_me_means },
    { HTTP_POST, "/api/v1/me/means/card", API_MEMBER, API_BODY, handle_me_card },
    { HTTP_POST, "/api/v1/me/means/card/result", API_MEMBER, API_BODY, handle_me_card_result },
    { HTTP_POST, "/api/v1/me/means/sepa", API_MEMBER, API_BODY, handle_me_sepa },
    { HTTP_DELETE, "/api/v1/me/means/{id}", API_MEMBER, API_NO_BODY, handle_me_means_remove },
    { HTTP_GET, "/api/v1/me/charges", API_MEMBER, API_NO_BODY, handle_me_charges },
    { HTTP_GET, "/api/v1/me/invoices", API_MEMBER, API_NO_BODY, handle_me_invoices },
    { HTTP_GET, "/api/v1/me/invoices/{id}", API_MEMBER, API_NO_BODY, handle_me_invoice },
    { HTTP_GET, "/api/v1/me/invoices/{id}/pdf", API_MEMBER, API_NO_BODY, handle_me_invoice_pdf },
    { HTTP_POST, "/api/v1/partner-links/look", API_OPEN, API_BODY, handle_partner_link_look },
    { HTTP_POST, "/api/v1/me/partner-link", API_MEMBER, API_BODY, handle_me_partner_link },
    { HTTP_POST, "/api/v1/me/gifts", API_MEMBER, API_BODY, handle_me_gift },
    { HTTP_GET, "/api/v1/me/rentals", API_MEMBER, API_NO_BODY, handle_me_rentals },
    { HTTP_POST, "/api/v1/me/email", API_MEMBER, API_BODY, handle_me_email },
    { HTTP_POST, "/api/v1/me/export", API_MEMBER, API_BODY, handle_me_export },
    { HTTP_POST, "/api/v1/me/deletion", API_MEMBER, API_BODY, handle_me_deletion },
    { HTTP_GET, "/api/v1/me/sessions", API_MEMBER, API_NO_BODY, handle_me_sessions },
    { HTTP_DELETE, "/api/v1/me/sessions", API_MEMBER, API_NO_BODY, handle_me_sessions_end },
    { HTTP_DELETE, "/api/v1/me/sessions/{id}", API_MEMBER, API_NO_BODY, handle_me_session_end },
    { HTTP_POST, "/api/v1/me/second-factor", API_MEMBER, API_BODY, handle_me_factor },
    { HTTP_POST, "/api/v1/me/second-factor/confirm", API_MEMBER, API_BODY,
      handle_me_factor_confirm },
    { HTTP_POST, "/api/v1/me/second-factor/off", API_MEMBER, API_BODY, handle_me_factor_off },
    { HTTP_GET, "/api/v1/me/passkeys", API_MEMBER, API_NO_BODY, handle_me_passkeys },
    { HTTP_POST, "/api/v1/me/passkeys/begin", API_MEMBER, API_BODY, handle_me_passkey_begin },
    { HTTP_POST, "/api/v1/me/passkeys", API_MEMBER, API_BODY, handle_me_passkey_add },
    { HTTP_PATCH, "/api/v1/me/passkeys/{id}", API_MEMBER, API_BODY, handle_me_passkey_rename },
    { HTTP_DELETE, "/api/v1/me/passkeys/{id}", API_MEMBER, API_NO_BODY, handle_me_passkey_remove },
    { HTTP_POST, "/api/v1/me/verification", API_MEMBER, API_BODY_OR_NONE, handle_me_verification },
    { HTTP_POST, "/api/v1/verifications", API_OPEN, API_BODY, handle_verify },
    { HTTP_POST, "/api/v1/password-resets", API_OPEN, API_BODY, handle_reset_ask },
    { HTTP_POST, "/api/v1/password-resets/use", API_OPEN, API_BODY, handle_reset_use },
    { HTTP_GET, "/api/v1/profiles", API_MEMBER, API_NO_BODY, handle_profiles },
    { HTTP_POST, "/api/v1/profiles", API_MEMBER, API_BODY, handle_profile_add },
    { HTTP_PATCH, "/api/v1/profiles/{id}", API_MEMBER, API_BODY, handle_profile_change },
    { HTTP_DELETE, "/api/v1/profiles/{id}", API_MEMBER, API_NO_BODY, handle_profile_remove },
    { HTTP_PUT, "/api/v1/me/pin", API_MEMBER, API_BODY, handle_me_pin },
    { HTTP_POST, "/api/v1/session/unlock", API_MEMBER, API_BODY, handle_session_unlock },
    { HTTP_DELETE, "/api/v1/session/unlock", API_MEMBER, API_NO_BODY, handle_session_lock },
    { HTTP_PUT, "/api/v1/session/profile", API_MEMBER, API_BODY, handle_session_profile },
    { HTTP_GET, "/api/v1/home", API_ANYONE, API_NO_BODY, handle_home },
    { HTTP_GET, "/api/v1/titles", API_ANYONE, API_NO_BODY, handle_titles },
    { HTTP_GET, "/api/v1/titles/{id}", API_ANYONE, API_NO_BODY, handle_title },
    { HTTP_POST, "/api/v1/rentals", API_MEMBER, API_BODY, handle_rent },
    { HTTP_POST, "/api/v1/playbacks", API_ANYONE, API_BODY, handle_playback_start },
    { HTTP_PATCH, "/api/v1/playbacks/{id}", API_MEMBER, API_BODY, handle_playback_position },
    { HTTP_DELETE, "/api/v1/playbacks/{id}", API_MEMBER, API_NO_BODY, handle_playback_end },
    { HTTP_POST, "/api/v1/playbacks/{id}/heartbeat", API_MEMBER, API_BODY_OR_NONE,
      handle_playback_beat },
    { HTTP_GET, "/api/v1/me/streams", API_MEMBER, API_NO_BODY, handle_me_streams },
    { HTTP_DELETE, "/api/v1/me/streams/{id}", API_MEMBER, API_NO_BODY, handle_me_stream_stop },
    { HTTP_GET, "/api/v1/console/titles", API_ADMINISTRATOR, API_NO_BODY, handle_console_titles },
    { HTTP_POST, "/api/v1/console/titles", API_ADMINISTRATOR, API_BODY, handle_console_title_add },
    { HTTP_GET, "/api/v1/console/titles/{id}", API_ADMINISTRATOR, API_NO_BODY,
      handle_console_title },
    { HTTP_PATCH, "/api/v1/console/titles/{id}", API_ADMINISTRATOR, API_BODY,
      handle_console_title_change },
    { HTTP_POST, "/api/v1/console/titles/{id}/publish", API_ADMINISTRATOR, API_BODY_OR_NONE,
      handle_console_title_publish },
    { HTTP_POST, "/api/v1/console/titles/{id}/withdraw", API_ADMINISTRATOR, API_BODY_OR_NONE,
      handle_console_title_withdraw },
    { HTTP_POST, "/api/v1/console/titles/{id}/episodes", API_ADMINISTRATOR, API_BODY,
      handle_console_episode_add },
    { HTTP_PATCH, "/api/v1/console/episodes/{id}", API_ADMINISTRATOR, API_BODY,
      handle_console_episode_change },
    { HTTP_GET, "/api/v1/console/jobs", API_ADMINISTRATOR, API_NO_BODY, handle_console_jobs },
    { HTTP_GET, "/api/v1/console/jobs/{id}", API_ADMINISTRATOR, API_NO_BODY, handle_console_job },
    { HTTP_POST, "/api/v1/console/jobs/{id}/cancel", API_ADMINISTRATOR, API_BODY_OR_NONE,
      handle_console_job_cancel },
    { HTTP_POST, "/api/v1/console/jobs/{id}/retry", API_ADMINISTRATOR, API_BODY_OR_NONE,
      handle_console_job_retry },
    { HTTP_GET, "/api/v1/console/members", API_ADMINISTRATOR, API_NO_BODY, handle_console_members },
    { HTTP_GET, "/api/v1/console/members/{id}", API_ADMINISTRATOR, API_NO_BODY,
      handle_console_member },
    { HTTP_GET, "/api/v1/console/plans", API_ADMINISTRATOR, API_NO_BODY, handle_console_plans },
    { HTTP_GET, "/api/v1/console/charges", API_ADMINISTRATOR, API_NO_BODY, handle_console_charges },
    { HTTP_POST, "/api/v1/console/charges/{id}/refund", API_ADMINISTRATOR, API_BODY,
      handle_console_refund },
    { HTTP_GET, "/api/v1/console/ledger", API_ADMINISTRATOR, API_NO_BODY, handle_console_ledger },
    { HTTP_GET, "/api/v1/console/ledger/balances", API_ADMINISTRATOR, API_NO_BODY,
      handle_console_ledger_balances },
    { HTTP_GET, "/api/v1/console/ledger/check", API_ADMINISTRATOR, API_NO_BODY,
      handle_console_ledger_check },
    { HTTP_GET, "/api/v1/console/gifts", API_ADMINISTRATOR, API_NO_BODY, handle_console_gifts },
    { HTTP_GET, "/api/v1/console/rights/explain", API_ADMINISTRATOR, API_NO_BODY, handle_report },
    { HTTP_GET, "/api/v1/console/rights/calendar", API_ADMINISTRATOR, API_NO_BODY, handle_report },
    { HTTP_GET, "/api/v1/console/studios", API_ADMINISTRATOR, API_NO_BODY, handle_report },
    { HTTP_GET, "/api/v1/console/avails", API_ADMINISTRATOR, API_NO_BODY, handle_report },
    { HTTP_GET, "/api/v1/console/deals", API_ADMINISTRATOR, API_NO_BODY, handle_report },
    { HTTP_GET, "/api/v1/console/deals/check", API_ADMINISTRATOR, API_NO_BODY, handle_report },
    { HTTP_GET, "/api/v1/console/territories", API_ADMINISTRATOR, API_NO_BODY, handle_report },
    { HTTP_GET, "/api/v1/console/territories/{code}/check", API_ADMINISTRATOR, API_NO_BODY,
      handle_report },
    { HTTP_GET, "/api/v1/console/productions", API_ADMINISTRATOR, API_NO_BODY, handle_report },
    { HTTP_GET, "/api/v1/console/productions/{id}", API_ADMINISTRATOR, API_NO_BODY, handle_report },
    { HTTP_GET, "/api/v1/console/partners", API_ADMINISTRATOR, API_NO_BODY, handle_report },
    { HTTP_GET, "/api/v1/console/partners/{id}", API_ADMINISTRATOR, API_NO_BODY, handle_report },
    { HTTP_PATCH, "/api/v1/console/partners/{id}/look", API_ADMINISTRATOR, API_BODY,
      handle_console_look_change },
    { HTTP_PUT, "/api/v1/console/partners/{id}/logo", API_ADMINISTRATOR, API_BODY_RAW,
      handle_console_logo },
    { HTTP_DELETE, "/api/v1/console/partners/{id}/logo", API_ADMINISTRATOR, API_NO_BODY,
      handle_console_logo_remove },
    { HTTP_GET, "/api/v1/console/boxes", API_ADMINISTRATOR, API_NO_BODY, handle_console_boxes },
    { HTTP_GET, "/api/v1/console/box-versions", API_ADMINISTRATOR, API_NO_BODY,
      handle_console_box_versions },
};
const size_t n_api_routes = sizeof api_routes / sizeof api_routes[0];

enum { CODE_SIZE = 2 }; /* of a territory */

static bool read_typed(const char *text, size_t n, char id[ID_TEXT])
{
    if (n == 0 || n >= ID_TEXT || memchr(text, '/', n) != NULL)
        return false;
    memcpy(id, text, n);
    id[n] = 0;
    return true;
}

static bool read_hole(const char *text, size_t n, char id[ID_TEXT])
{
    if (n == ID_TEXT - 1)
        return id_parse(text, n, id);
    for (size_t i = 0; i < n; i++)
        if (text[i] < 'A' || text[i] > 'Z')
            return false;
    memcpy(id, text, n);
    id[n] = 0;
    return true;
}

/* Whether the path has the pattern's shape; what stands for {id} or the like goes to id. */
static bool fits(const char *pattern, const char *path, char id[ID_TEXT])
{
    const char *hole = strchr(pattern, '{');
    id[0] = 0;
    if (hole == NULL)
        return strcmp(pattern, path) == 0;
    size_t before = (size_t)(hole - pattern), n = strlen(path);
    if (strcmp(hole, "{user_code}") == 0)
        return strncmp(pattern, path, before) == 0 && read_typed(path + before, n - before, id);
    size_t size = strncmp(hole, "{id}", 4) == 0 ? (size_t)ID_TEXT - 1 : CODE_SIZE;
    const char *after = strchr(hole, '}') + 1;
    return strncmp(pattern, path, before) == 0 && n == before + size + strlen(after) &&
           strcmp(path + before + size, after) == 0 && read_hole(path + before, size, id);
}

static void list_allowed(char allow[ROUTE_ALLOW_MAX], enum http_method method)
{
    size_t n = strlen(allow);
    snprintf(allow + n, ROUTE_ALLOW_MAX - n, "%s%s", n > 0 ? ", " : "",
             method == HTTP_GET ? "GET, HEAD" : route_method_name(method));
}

const struct api_route *route_find(enum http_method method, const char *path, char id[ID_TEXT],
                                   char allow[ROUTE_ALLOW_MAX])
{
    allow[0] = 0;
    for (size_t i = 0; i < n_api_routes; i++) {
        if (!fits(api_routes[i].pattern, path, id))
            continue;
        if (api_routes[i].method == (method == HTTP_HEAD ? HTTP_GET : method))
            return &api_routes[i];
        list_allowed(allow, api_routes[i].method);
    }
    id[0] = 0;
    return NULL;
}

const char *route_method_name(enum http_method method)
{
    static const char *const names[] = {
        [HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD",   [HTTP_POST] = "POST",
        [HTTP_PUT] = "PUT", [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE",
    };
    return method < HTTP_OTHER ? names[method] : "OPTIONS";
}

const char *route_role_name(enum api_role role)
{
    static const char *const names[] = {
        [API_OPEN] = "open",
        [API_ANYONE] = "anyone",
        [API_MEMBER] = "member",
        [API_ADMINISTRATOR] = "administrator",
    };
    return names[role];
}

void api_routes_json(struct buf *out)
{
    static const char *const bodies[] = { "none", "object", "optional", "raw", "oauth" };
    struct json_writer w = json_writer_of(out);
    json_array(&w, NULL);
    for (size_t i = 0; i < n_api_routes; i++) {
        json_object(&w, NULL);
        json_text(&w, "method", route_method_name(api_routes[i].method));
        json_text(&w, "path", api_routes[i].pattern);
        json_text(&w, "role", route_role_name(api_routes[i].role));
        json_text(&w, "body", bodies[api_routes[i].body]);
        json_end(&w);
    }
    json_end(&w);
}
