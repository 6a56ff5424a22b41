#include "service/deliver/deliver.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "format/hls/playlist.h"
#include "service/deliver/files.h"
#include "service/deliver/images.h"
#include "service/deliver/manifests.h"
#include "service/deliver/passes.h"
#include "service/deliver/pictures.h"
#include "service/deliver/protected.h"
#include "service/deliver/refusal.h"
#include "service/deliver/renewal.h"
#include "service/deliver/shelf.h"

enum { OPEN_MAX = 64, SEGMENT_MS = 4000, NAME_MAX_SIZE = 128 };

#define MEDIA "/media/"
struct deliver {
    struct deliver_params params;
    struct passes *passes;
    struct shelf *shelf;
    struct pictures *pictures;
    struct protected protected;
};

/* Without a vault there are no keys, and without these no protected editions. */
static enum err make_protected(struct deliver *d)
{
    d->protected.params = &d->params;
    if (d->params.vault == NULL || d->params.licence_key == NULL)
        return OK;
    d->protected.tokens = tokens_create(d->params.licence_key);
    d->protected.sealed = sealed_create(&(struct sealed_params){
        .store = d->params.store, .vault = d->params.vault, .cache_control = CACHE_MEDIA });
    d->protected.kept = kept_create();
    bool is_whole =
        d->protected.tokens != NULL && d->protected.sealed != NULL && d->protected.kept != NULL;
    return is_whole ? OK : ERR_MEMORY;
}

enum err deliver_create(const struct deliver_params *params, struct deliver **out)
{
    struct deliver *d = calloc(1, sizeof *d);
    if (d == NULL)
        return ERR_MEMORY;
    d->params = *params;
    d->passes = passes_create(&(struct pass_door){ .kind = PASS_MEDIA,
                                                   .keys = params->pass_keys,
                                                   .n_keys = params->n_pass_keys,
                                                   .issuer = params->pass_issuer });
    d->shelf = shelf_create(&(struct shelf_params){
        .store = params->store,
        .blobs = params->blobs,
        .coffer = params->coffer,
        .segment_ms = params->segment_ms != 0 ? params->segment_ms : SEGMENT_MS,
        .open_max = params->open_max != 0 ? params->open_max : OPEN_MAX });
    d->pictures = pictures_create(&(struct pictures_params){
        .coffer = params->coffer,
        .files_max = 2 * (params->open_max != 0 ? params->open_max : OPEN_MAX) });
    *out = d;
    if (d->passes != NULL && d->shelf != NULL && d->pictures != NULL && make_protected(d) == OK)
        return OK;
    deliver_destroy(out);
    return ERR_MEMORY;
}

void deliver_destroy(struct deliver **deliver)
{
    if (*deliver == NULL)
        return;
    passes_destroy(&(*deliver)->passes);
    shelf_destroy(&(*deliver)->shelf);
    pictures_destroy(&(*deliver)->pictures);
    tokens_destroy(&(*deliver)->protected.tokens);
    sealed_destroy(&(*deliver)->protected.sealed);
    kept_destroy(&(*deliver)->protected.kept);
    free(*deliver);
    *deliver = NULL;
}

bool deliver_owns(const char *path)
{
    return strncmp(path, MEDIA, sizeof MEDIA - 1) == 0 || strcmp(path, "/media") == 0 ||
           images_own(path) || files_own(path);
}

/* A media address taken apart. */
struct address {
    const char *text; /* the pass, n_text characters in the path */
    size_t n_text;
    struct pass pass; /* what it says, from PASS_METHOD_WRONG on and on PASS_GOOD */
    utc_time now;
    char edition[ID_TEXT];
    struct opened_limits limits; /* of the pass */
    const char *name;            /* what stands after the edition: "v1080/12.m4s" */
};

static enum pass_method method_of(enum http_method method)
{
    switch (method) {
    case HTTP_GET: return PASS_GET;
    case HTTP_HEAD: return PASS_HEAD;
    case HTTP_POST: return PASS_POST;
    case HTTP_OTHER: return PASS_OPTIONS;
    default: return PASS_OTHER_METHOD;
    }
}

/* Whether the pass in the path opens it. territory: where the asker is; "" : not known. */
static enum pass_verdict judge(const struct deliver *d, enum http_method method, const char *path,
                               const char *territory, struct address *out)
{
    char without[sizeof MEDIA + ID_TEXT + NAME_MAX_SIZE]; /* more of it is nobody's address */
    if (strncmp(path, MEDIA, sizeof MEDIA - 1) != 0)
        return PASS_NOT_ONE;
    out->text = path + sizeof MEDIA - 1;
    out->n_text = strcspn(out->text, "/");
    const char *rest = out->text + out->n_text;
    size_t n = strnlen(rest, sizeof without - sizeof MEDIA);
    memcpy(without, MEDIA, sizeof MEDIA - 2);
    memcpy(without + sizeof MEDIA - 2, rest, n);
    without[sizeof MEDIA - 2 + n] = 0;
    out->now = clock_now();
    struct pass_question q = {
        .now = out->now, .method = method_of(method), .path = without, .territory = territory
    };
    return passes_check(d->passes, out->text, out->n_text, &q, &out->pass);
}

/* What stands after a good pass. */
static enum err read_address(struct address *a)
{
    const char *edition = a->text + a->n_text;
    edition += *edition == '/';
    size_t size = strcspn(edition, "/");
    if (!id_parse(edition, size, a->edition) || edition[size] != '/')
        return ERR_NOT_FOUND;
    a->limits.lines = a->pass.lines;
    memcpy(a->limits.languages, a->pass.languages, sizeof a->limits.languages);
    a->name = edition + size + 1;
    return strlen(a->name) <= NAME_MAX_SIZE ? OK : ERR_NOT_FOUND;
}

/* What this thread judged last, and found good: between the choice of a lane and the answer it need
 * not be judged twice. Whoever answers on another thread judges for itself. */
static _Thread_local struct judged {
    const struct deliver *deliver; /* NULL: nothing */
    enum http_method method;
    struct address address;
    char path[PASS_TEXT_MAX + 2 * ID_TEXT + NAME_MAX_SIZE];
} judged;

static void remember(const struct deliver *d, enum http_method method, const char *path)
{
    judged.deliver = text_copy(judged.path, sizeof judged.path, path) ? d : NULL;
    judged.method = method;
}

/* Takes what is remembered of this very request, whose body may have been long in coming. */
static bool recall(const struct deliver *d, enum http_method method, const char *path,
                   struct address **out)
{
    bool is_it = judged.deliver == d && judged.method == method && strcmp(judged.path, path) == 0 &&
                 clock_now().us < judged.address.pass.expires.us;
    judged.deliver = NULL;
    judged.address.text = path + sizeof MEDIA - 1;
    *out = &judged.address;
    return is_it;
}

static struct renewal renewal_of(const struct deliver *d, const struct address *a)
{
    return (struct renewal){ .params = &d->params,
                             .passes = d->passes,
                             .text = a->text,
                             .n = a->n_text,
                             .pass = &a->pass,
                             .now = a->now };
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static bool is_segment(const char *name)
{
    return ends_with(name, ".m4s") || ends_with(name, "/init.mp4");
}

enum http_lane deliver_lane(struct deliver *deliver, enum http_method method, const char *path)
{
    struct address *a = &judged.address;
    judged.deliver = NULL;
    if (images_own(path) || files_own(path))
        return HTTP_LATER;
    if (method == HTTP_OTHER)
        return HTTP_NOW;
    enum pass_verdict verdict = judge(deliver, method, path, "", a);
    if (verdict == PASS_RENEWABLE) {
        struct renewal r = renewal_of(deliver, a);
        return renewal_is_at_hand(&r) ? HTTP_NOW : HTTP_LATER;
    }
    if (verdict != PASS_GOOD || read_address(a) != OK)
        return HTTP_NOW;
    if (ends_with(a->name, ".jpg") || protected_is_slow(a->name))
        return HTTP_LATER;
    if (!shelf_has(deliver->shelf, a->edition, &a->limits, !is_segment(a->name)))
        return HTTP_LATER;
    remember(deliver, method, path);
    return HTTP_NOW;
}

static void media_headers_put(struct http_answer *answer)
{
    for (size_t i = 0; media_headers[i] != NULL; i += 2)
        http_answer_header(answer, media_headers[i], media_headers[i + 1]);
}

static void answer_range(struct http_answer *answer, const struct opened_track *track,
                         uint64_t offset, uint64_t length)
{
    answer->status = 200;
    answer->source = HTTP_FILE;
    answer->file = track->file;
    answer->offset = offset;
    answer->length = length;
    answer->content_type = track->index.kind == CMAF_VIDEO ? "video/mp4" : "audio/mp4";
    answer->cache_control = CACHE_MEDIA;
    /* One tag will do for all: an address names the same bytes for ever. */
    answer->etag = "1";
    media_headers_put(answer);
}

/* NAME/init.mp4, NAME/N.m4s and NAME/key-N.m4s. */
static enum err answer_segment(const struct deliver *d, const struct opened *o, const char *name,
                               struct http_request *rq, struct http_answer *answer)
{
    const char *slash = strchr(name, '/');
    const struct opened_track *track =
        slash == NULL ? NULL : opened_find_track(o, name, (size_t)(slash - name));
    if (track == NULL && o->is_protected) {
        enum err other = protected_segment(&d->protected, o, name, answer, &track);
        if (other != OK || track == NULL)
            return other;
    }
    if (track == NULL)
        return ERR_NOT_FOUND;
    if (strcmp(slash + 1, "init.mp4") == 0) {
        answer_range(answer, track, 0, track->index.init_size);
        return OK;
    }
    if (strncmp(slash + 1, HLS_KEY_FRAME, sizeof HLS_KEY_FRAME - 1) == 0)
        return protected_key_frame(track, slash + sizeof HLS_KEY_FRAME, rq, answer);
    int64_t number;
    struct cmaf_segment segment;
    size_t digits = strlen(slash + 1) - strlen(".m4s");
    if (slash[1] == '0' || text_to_i64(slash + 1, digits, 1, INT64_MAX, &number) != OK)
        return ERR_NOT_FOUND;
    enum err err = cmaf_segment_at(&track->index, o->per_segment, (uint64_t)number, &segment);
    if (err == OK)
        answer_range(answer, track, segment.offset, segment.size);
    return err;
}

/* tiles/N.jpg: asked for seldom and in no order, so each is opened when it is. */
static enum err answer_tile(const struct deliver *d, const struct opened *o, const char *name,
                            struct http_request *rq, struct http_answer *answer)
{
    static const char folder[] = "tiles/";
    size_t n = strlen(name), around = sizeof folder - 1 + strlen(".jpg");
    int64_t number;
    if (n <= around || strncmp(name, folder, sizeof folder - 1) != 0 || !ends_with(name, ".jpg") ||
        name[sizeof folder - 1] == '0' ||
        text_to_i64(name + sizeof folder - 1, n - around, 1, o->tile_sheets, &number) != OK)
        return ERR_NOT_FOUND;
    const char *blob = arena_printf(http_arena(rq), "media/%s/%s", o->edition, name);
    enum err err = pictures_answer(d->pictures, blob, answer);
    answer->cache_control = CACHE_MEDIA;
    if (err == OK)
        media_headers_put(answer);
    return err;
}

static enum err answer_opened(const struct deliver *d, const struct opened *o,
                              const struct address *a, struct http_request *rq,
                              struct http_answer *answer)
{
    const char *name = a->name;
    if (is_segment(name))
        return answer_segment(d, o, name, rq, answer);
    if (ends_with(name, ".jpg"))
        return answer_tile(d, o, name, rq, answer);
    const struct opened_content *content = opened_find_content(o, name);
    if (content == NULL)
        return ERR_NOT_FOUND;
    if (content->content == NULL)
        return protected_manifest(&d->protected, content, &a->pass, rq, answer);
    answer->status = 200;
    answer->source = HTTP_CONTENT;
    answer->content = http_content_ref(content->content);
    answer->give = true;
    return OK;
}

/* The edition may leave the shelf as soon as this returns: what the answer needs goes with it. */
static void keep_file(struct http_answer *answer)
{
    if (answer->source != HTTP_FILE || answer->give)
        return;
    answer->file = http_file_ref(answer->file);
    answer->give = true;
}

/* Whether a browser's page may ask: says nothing that needs a pass that is still good. */
static void answer_options(struct http_answer *answer)
{
    answer->status = 204;
    http_answer_header(answer, "Access-Control-Allow-Methods", "GET, HEAD, OPTIONS");
    http_answer_header(answer, "Access-Control-Allow-Headers", "Range");
    http_answer_header(answer, "Access-Control-Max-Age", "86400");
    http_answer_header(answer, "Allow", "GET, HEAD, OPTIONS");
    media_headers_put(answer);
}

static enum err answer_good(struct deliver *d, struct address *a, struct http_request *rq,
                            struct http_answer *answer)
{
    struct opened *opened = NULL;
    enum err err = read_address(a);
    if (err == OK)
        err = shelf_take(d->shelf, &(struct shelf_wish){ a->edition, a->pass.playable, &a->limits },
                         !is_segment(a->name), &opened);
    if (err != OK && err != ERR_NOT_FOUND && err != ERR_DENIED)
        log_error("deliver", "cannot open edition %s: %s", a->edition, err_text(err));
    if (err == OK)
        err = answer_opened(d, opened, a, rq, answer);
    if (err == OK)
        keep_file(answer);
    opened_unref(&opened);
    return err;
}

/* ERR_DENIED: it is not renewed. */
static enum err answer_renewed(struct deliver *d, const struct address *a, struct http_request *rq,
                               struct http_answer *answer)
{
    struct renewal r = renewal_of(d, a);
    enum err err = renewal_answer(&r, rq, answer);
    if (err == OK)
        media_headers_put(answer);
    else if (err != ERR_DENIED)
        log_error("deliver", "cannot renew a pass of playback %s: %s", a->pass.playback,
                  err_text(err));
    return err;
}

/* As far as anybody knows where the asker is. */
static enum pass_verdict judge_request(const struct deliver *d, struct http_request *rq,
                                       struct address *own, struct address **a)
{
    char territory[3] = "";
    if (d->params.where != NULL)
        d->params.where(d->params.context, rq, territory);
    if (territory[0] == 0 && recall(d, rq->method, rq->path, a))
        return PASS_GOOD;
    *a = own;
    return judge(d, rq->method, rq->path, territory, own);
}

static void answer_media(struct deliver *d, struct http_request *rq, struct http_answer *answer)
{
    struct address own, *a = NULL;
    enum err err = OK;
    enum pass_verdict verdict = judge_request(d, rq, &own, &a);
    bool is_known = verdict == PASS_GOOD || verdict >= PASS_METHOD_WRONG;
    bool may_ask = verdict == PASS_GOOD || verdict == PASS_RENEWABLE;
    if (is_known && rq->method != HTTP_GET && rq->method != HTTP_HEAD && rq->method != HTTP_OTHER)
        err = ERR_UNSUPPORTED;
    else if (may_ask && rq->method == HTTP_OTHER)
        answer_options(answer);
    else if (verdict == PASS_GOOD)
        err = answer_good(d, a, rq, answer);
    else if (verdict == PASS_RENEWABLE)
        err = answer_renewed(d, a, rq, answer);
    else
        err = ERR_DENIED;
    if (err == OK)
        return;
    if (err == ERR_DENIED && verdict != PASS_GOOD)
        refusal_pass(answer, verdict == PASS_RENEWABLE ? PASS_EXPIRED : verdict);
    else
        refusal_answer(answer, err);
    media_headers_put(answer);
}

void deliver_handle(struct deliver *deliver, struct http_request *rq, struct http_answer *answer)
{
    bool is_file = files_own(rq->path);
    if (!is_file && !images_own(rq->path)) {
        answer_media(deliver, rq, answer);
        return;
    }
    enum err err = is_file ? files_answer(&deliver->params, rq, answer)
                           : images_answer(&deliver->params, deliver->pictures, rq, answer);
    if (err != OK)
        refusal_answer(answer, err);
}
