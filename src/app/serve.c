/* The server: API, media and site on one port until it is told to stop. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/pass_keys.h"
#include "app/serve_billing.h"
#include "app/serve_licence.h"
#include "app/serve_mail.h"
#include "app/serve_partner.h"
#include "app/serve_reports.h"
#include "app/serve_site.h"
#include "base/log.h"
#include "driver/place/place.h"
#include "service/api/api.h"
#include "service/deliver/deliver.h"
#include "service/site/site.h"

const struct app_option options_serve[] = {
    { "listen", "ADDRESS", "address and port, in place of the setting; port 0: any free one",
      false },
    { "routes", NULL, "print the routes of the API and end", false },
    { "partner-routes", NULL, "print the routes of the partners' API and end", false },
    { 0 },
};

enum { PROXIES_MAX = 32 };

struct serve {
    struct app *app;
    struct api *api;
    struct deliver *deliver;
    struct serve_licence licence;
    struct serve_site *site;
    struct serve_mail mail;
    struct app_billing billing;
    struct partner_service *partners;
    struct pass_keys keys;
    const char *proxies[PROXIES_MAX];
    size_t n_proxies;
    struct place_map *places; /* NULL: none is set */
    struct http_server *server;
};

/* ---- answering ------------------------------------------------------------------------------- */

static enum http_lane lane(void *context, enum http_method method, const char *path)
{
    struct serve *s = context;
    if (api_owns(path))
        return api_lane(method, path);
    if (partner_owns(path))
        return HTTP_LATER;
    if (licence_owns(path))
        return licence_lane(method, path);
    if (deliver_owns(path))
        return deliver_lane(s->deliver, method, path);
    return HTTP_NOW;
}

static void handle(void *context, struct http_request *rq, struct http_answer *answer)
{
    struct serve *s = context;
    if (api_owns(rq->path))
        api_handle(s->api, rq, answer);
    else if (partner_owns(rq->path))
        partner_handle(s->partners, rq, answer);
    else if (licence_owns(rq->path))
        licence_handle(s->licence.licence, rq, answer);
    else if (deliver_owns(rq->path))
        deliver_handle(s->deliver, rq, answer);
    else
        serve_site_handle(s->site, rq, answer);
}

static void refuse(void *context, struct http_request *rq, int status, const char *detail,
                   struct http_answer *answer)
{
    (void)context;
    api_refuse(rq, status, detail, answer);
}

static enum err who_asks(void *context, struct http_request *rq, struct deliver_viewer *out)
{
    struct serve *s = context;
    struct api_viewer viewer;
    enum err err = api_who_asks(s->api, rq, &viewer);
    *out = (struct deliver_viewer){ .member = viewer.member, .profile = viewer.profile };
    memcpy(out->territory, viewer.territory, sizeof out->territory);
    return err;
}

static enum err renew(void *context, struct http_request *rq, const struct pass *pass,
                      utc_time *until)
{
    struct serve *s = context;
    return api_goes_on(s->api, rq, pass->playback, until);
}

static const char *base_url(void *context, struct http_request *rq)
{
    struct serve *s = context;
    return api_base_url(s->api, rq);
}

static void where(void *context, struct http_request *rq, char out[3])
{
    struct serve *s = context;
    api_where(s->api, rq, out);
}

/* Whether there is anything to know of where people are. */
static bool knows_places(const struct serve *s)
{
    return s->places != NULL || s->app->settings.place_header[0] != 0;
}

/* ---- starting -------------------------------------------------------------------------------- */

static void split_proxies(struct serve *s)
{
    const char *at = s->app->settings.trusted_proxies;
    while (s->n_proxies < PROXIES_MAX) {
        at += strspn(at, " ,");
        size_t n = strcspn(at, " ,");
        if (n == 0)
            return;
        s->proxies[s->n_proxies++] = arena_strndup(s->app->arena, at, n);
        at += n;
    }
}

static int open_places(struct serve *s)
{
    const char *path = s->app->settings.place_database;
    if (path[0] == 0)
        return EXIT_OK;
    enum err err = place_map_open(path[0] == '/' ? path : app_path(s->app, path), &s->places);
    return err == OK
               ? EXIT_OK
               : app_fail(s->app, EXIT_UNSOUND, "lanterne.conf: place_database: %s: %s", path,
                          err == ERR_MALFORMED ? "is no MaxMind DB of countries" : err_text(err));
}

static bool is_header_name(const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-_";
    return text[strspn(text, allowed)] == 0;
}

static int make_api(struct serve *s)
{
    static const char *const languages[] = { "en", "fr" };
    const struct settings *set = &s->app->settings;
    int code = open_places(s);
    if (code != EXIT_OK)
        return code;
    if (!is_header_name(set->place_header))
        return app_fail(s->app, EXIT_UNSOUND,
                        "lanterne.conf: place_header must be the name of a header");
    const char *url = set->public_url;
    if (url[0] != 0 && strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)
        return app_fail(s->app, EXIT_UNSOUND,
                        "lanterne.conf: public_url must begin with http:// or https://");
    split_proxies(s);
    struct api_params params = { .store = s->app->store,
                                 .blobs = s->app->blobs,
                                 .version = LANTERNE_VERSION,
                                 .name = set->name,
                                 .territory = set->territory,
                                 .languages = languages,
                                 .n_languages = 2,
                                 .plan_name = set->plan_name,
                                 .trial_days = (int)set->trial_days,
                                 .trial_needs_means = set->trial_needs_means != 0,
                                 .rental_start_days = (int)set->rental_start_days,
                                 .rental_watch_hours = (int)set->rental_watch_hours,
                                 .has_cards = set->card_gateway_url[0] != 0,
                                 .creditor_id = set->sepa_creditor_id,
                                 .creditor = set->sepa_creditor_name,
                                 .billing = billing_ops(s->billing.billing),
                                 .session_days = (int)set->session_days,
                                 .pass_hours = (int)set->pass_hours,
                                 .public_url = url,
                                 .trusted_proxies = s->proxies,
                                 .n_trusted_proxies = s->n_proxies,
                                 .pass_key = &s->keys.media[0],
                                 .licence_key = &s->keys.licence[0],
                                 .pass_issuer = s->keys.issuer,
                                 .pass_seconds = (int)set->pass_seconds,
                                 .places = s->places,
                                 .place_header = set->place_header,
                                 .lease_seconds = (int)set->lease_seconds,
                                 .streams_without_plan = (int)set->streams_without_plan,
                                 .finish_hours = (int)set->finish_hours,
                                 .mail_home = app_home(s->app),
                                 .mail_from = set->mail_from,
                                 .secret_key = &s->mail.key,
                                 .partners = partner_service_ops(s->partners) };
    serve_reports_wire(s->app, &params);
    enum err err = api_create(&params, &s->api);
    if (err == ERR_ARGUMENT)
        return app_fail(s->app, EXIT_UNSOUND,
                        "lanterne.conf: trusted_proxies: not all of them are addresses");
    return err == OK ? EXIT_OK : app_error(s->app, err, "the API cannot be made");
}

/* Descriptors: as many as the system lets us have, and a part of them for open editions. */
static size_t open_editions(void)
{
    enum { EACH = 16, LEAST = 4, MOST = 64 };
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return LEAST;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 && getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return LEAST;
    size_t n = limit.rlim_cur / 4 / EACH;
    return n < LEAST ? LEAST : n > MOST ? MOST : n;
}

static int make_parts(struct serve *s)
{
    int code = pass_keys_load(s->app, &s->keys);
    if (code == EXIT_OK)
        code = serve_mail_open(s->app, &s->mail);
    if (code == EXIT_OK)
        code = app_billing_open(s->app, &s->billing);
    if (code == EXIT_OK)
        code = app_partner_open(s->app, &s->billing, &s->partners);
    if (code == EXIT_OK)
        code = make_api(s);
    if (code == EXIT_OK)
        code = serve_licence_open(s->app, &s->keys, s->app->vault, s->api, &s->licence);
    if (code != EXIT_OK)
        return code;
    enum err err = deliver_create(
        &(struct deliver_params){ .store = s->app->store,
                                  .blobs = s->app->blobs,
                                  .coffer = s->app->coffer,
                                  .pass_keys = s->keys.media,
                                  .n_pass_keys = s->keys.n_media,
                                  .pass_issuer = s->keys.issuer,
                                  .renew = renew,
                                  .where = knows_places(s) ? where : NULL,
                                  .vault = s->app->vault,
                                  .licence_key = &s->keys.licence[0],
                                  .base_url = base_url,
                                  .open_max = open_editions(),
                                  .segment_ms = (unsigned)s->app->settings.segment_ms,
                                  .who_asks = who_asks,
                                  .context = s },
        &s->deliver);
    if (err == OK)
        err = serve_site_create(&s->site);
    return err == OK ? EXIT_OK : app_error(s->app, err, "the server cannot be made");
}

static int start(struct serve *s)
{
    const struct settings *set = &s->app->settings;
    const char *listen = app_value(s->app, "listen");
    struct http_server_params params = {
        .listen = listen != NULL ? listen : set->listen,
        .event_threads = (unsigned)set->event_threads,
        .pool_threads = (unsigned)set->pool_threads,
        .connections_max = (unsigned)set->connections,
        .common_headers = {
            { "Content-Security-Policy", SITE_POLICY },
            { "X-Content-Type-Options", "nosniff" },
            { "Referrer-Policy", "same-origin" },
            { "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()" },
            { "Cross-Origin-Opener-Policy", "same-origin" },
        },
        .lane = lane,
        .handle = handle,
        .refuse = refuse,
        .context = s,
    };
    enum err err = http_server_create(&params, &s->server);
    if (err == ERR_BUSY)
        return app_fail(s->app, EXIT_REFUSED, "%s: is already in use", params.listen);
    if (err == ERR_ARGUMENT)
        return app_fail(s->app, EXIT_REFUSED,
                        "%s: is no address to listen on (127.0.0.1:8080, [::1]:8080)",
                        params.listen);
    if (err != OK)
        return app_error(s->app, err, params.listen);
    int host = (int)(strrchr(params.listen, ':') - params.listen);
    printf("listening on http://%.*s:%u\n", host, params.listen, http_server_port(s->server));
    fflush(stdout);
    log_info("serve", "%s serves on %.*s:%u", set->name, host, params.listen,
             http_server_port(s->server));
    return EXIT_OK;
}

/* ---- stopping -------------------------------------------------------------------------------- */

/* Signals that ask to stop come to this thread only: they are held back before others exist. */
static void hold_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* Waits to be asked, then lets running answers finish. Who asks twice does not want to wait. */
static void run_until_asked(struct serve *s, const sigset_t *set)
{
    int number = 0;
    while (sigwait(set, &number) != 0)
        continue;
    unsigned grace = (unsigned)s->app->settings.grace_seconds;
    log_info("serve", "stopping; running answers have %u s", grace);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, set, NULL);
    unsigned cut = http_server_stop(s->server, grace);
    if (cut > 0)
        log_warning("serve", "stopped; %u answers were cut", cut);
    else
        log_info("serve", "stopped; nothing was cut");
}

static int print_routes(const struct app *app, void (*put)(struct buf *out))
{
    enum { ROUTES_MAX = 64 * 1024 };
    struct buf out;
    buf_init(&out, ROUTES_MAX);
    put(&out);
    int code = app_print(app, &out);
    buf_finish(&out);
    return code;
}

int cmd_serve(struct app *app)
{
    struct serve s = { .app = app };
    sigset_t signals;
    if (app_flag(app, "routes"))
        return print_routes(app, api_routes_json);
    if (app_flag(app, "partner-routes"))
        return print_routes(app, partner_routes_json);
    hold_signals(&signals);
    int code = app_open(app);
    if (code == EXIT_OK)
        code = app_open_vault(app);
    if (code == EXIT_OK)
        code = make_parts(&s);
    if (code == EXIT_OK)
        code = start(&s);
    if (code == EXIT_OK)
        code = serve_mail_start(app, &s.mail);
    if (code == EXIT_OK)
        code = app_billing_start(app, &s.billing);
    if (code == EXIT_OK)
        code = app_partner_start(app, s.partners);
    if (code == EXIT_OK)
        run_until_asked(&s, &signals);
    http_server_destroy(&s.server);
    serve_site_destroy(&s.site);
    deliver_destroy(&s.deliver);
    serve_licence_close(&s.licence);
    api_destroy(&s.api);
    partner_service_destroy(&s.partners);
    app_billing_close(&s.billing);
    place_map_close(&s.places);
    serve_mail_close(&s.mail);
    pass_keys_wipe(&s.keys);
    return code;
}
