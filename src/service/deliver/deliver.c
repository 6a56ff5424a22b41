#include "service/deliver/deliver.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "service/deliver/images.h"
#include "service/deliver/manifests.h"
#include "service/deliver/passes.h"
#include "service/deliver/refusal.h"
#include "service/deliver/shelf.h"

enum { OPEN_MAX = 64, SEGMENT_MS = 4000, NAME_MAX_SIZE = 128 };

#define MEDIA "/media/"
/* Who has the pass may keep the bytes for ever; a cache between us and others may not: it would not
 * ask for the pass. */
#define CACHE_MEDIA "private, max-age=31536000, immutable"

struct deliver {
    struct deliver_params params;
    struct passes *passes;
    struct shelf *shelf;
};

enum err deliver_create(const struct deliver_params *params, struct deliver **out)
{
    struct deliver *d = calloc(1, sizeof *d);
    if (d == NULL)
        return ERR_MEMORY;
    d->params = *params;
    d->passes = passes_create(params->pass_keys, params->n_pass_keys);
    d->shelf = shelf_create(&(struct shelf_params){
        .store = params->store,
        .blobs = params->blobs,
        .segment_ms = params->segment_ms != 0 ? params->segment_ms : SEGMENT_MS,
        .open_max = params->open_max != 0 ? params->open_max : OPEN_MAX });
    *out = d;
    if (d->passes != NULL && d->shelf != NULL)
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
    free(*deliver);
    *deliver = NULL;
}

bool deliver_owns(const char *path)
{
    return strncmp(path, MEDIA, sizeof MEDIA - 1) == 0 || strcmp(path, "/media") == 0 ||
           images_own(path);
}

/* A media address taken apart. */
struct address {
    char edition[ID_TEXT], playable[ID_TEXT];
    struct opened_limits limits; /* of the pass */
    const char *name;            /* what stands after the edition: "v1080/12.m4s" */
};

/* ERR_DENIED: without a good pass. ERR_NOT_FOUND: with one, but no address of ours. */
static enum err read_address(const struct deliver *d, const char *path, struct address *out)
{
    if (strncmp(path, MEDIA, sizeof MEDIA - 1) != 0)
        return ERR_DENIED;
    const char *pass = path + sizeof MEDIA - 1;
    size_t n = strcspn(pass, "/");
    struct pass good;
    if (!passes_check(d->passes, pass, n, clock_now(), &good))
        return ERR_DENIED;
    memcpy(out->playable, good.playable, sizeof out->playable);
    out->limits.lines = good.lines;
    memcpy(out->limits.languages, good.languages, sizeof out->limits.languages);
    const char *edition = pass + n + (pass[n] == '/');
    size_t size = strcspn(edition, "/");
    if (!id_parse(edition, size, out->edition) || edition[size] != '/')
        return ERR_NOT_FOUND;
    out->name = edition + size + 1;
    return strlen(out->name) <= NAME_MAX_SIZE ? OK : ERR_NOT_FOUND;
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
    struct address a;
    if (images_own(path))
        return HTTP_LATER;
    if (method == HTTP_OTHER || read_address(deliver, path, &a) != OK)
        return HTTP_NOW;
    if (ends_with(a.name, ".jpg"))
        return HTTP_LATER;
    return shelf_has(deliver->shelf, a.edition, &a.limits, !is_segment(a.name)) ? HTTP_NOW
                                                                                : HTTP_LATER;
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

/* NAME/init.mp4 and NAME/N.m4s. */
static enum err answer_segment(const struct opened *o, const char *name, struct http_answer *answer)
{
    const char *slash = strchr(name, '/');
    const struct opened_track *track =
        slash == NULL ? NULL : opened_find_track(o, name, (size_t)(slash - name));
    if (track == NULL)
        return ERR_NOT_FOUND;
    if (strcmp(slash + 1, "init.mp4") == 0) {
        answer_range(answer, track, 0, track->index.init_size);
        return OK;
    }
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
    enum err err = images_answer_blob(d->params.blobs, blob, answer);
    answer->cache_control = CACHE_MEDIA;
    if (err == OK)
        media_headers_put(answer);
    return err;
}

static enum err answer_opened(const struct deliver *d, const struct opened *o, const char *name,
                              struct http_request *rq, struct http_answer *answer)
{
    if (is_segment(name))
        return answer_segment(o, name, answer);
    if (ends_with(name, ".jpg"))
        return answer_tile(d, o, name, rq, answer);
    struct http_content *content = opened_find_content(o, name);
    if (content == NULL)
        return ERR_NOT_FOUND;
    answer->status = 200;
    answer->source = HTTP_CONTENT;
    answer->content = http_content_ref(content);
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

static enum err answer_media(struct deliver *d, struct http_request *rq, struct http_answer *answer)
{
    struct address a;
    struct opened *opened = NULL;
    enum err err = read_address(d, rq->path, &a);
    if (err == OK && rq->method == HTTP_OTHER) {
        answer->status = 204;
        http_answer_header(answer, "Access-Control-Allow-Methods", "GET, HEAD, OPTIONS");
        http_answer_header(answer, "Access-Control-Allow-Headers", "Range");
        http_answer_header(answer, "Access-Control-Max-Age", "86400");
        http_answer_header(answer, "Allow", "GET, HEAD, OPTIONS");
        media_headers_put(answer);
        return OK;
    }
    if (err == OK && rq->method != HTTP_GET && rq->method != HTTP_HEAD)
        return ERR_UNSUPPORTED;
    if (err == OK)
        err = shelf_take(d->shelf, &(struct shelf_wish){ a.edition, a.playable, &a.limits },
                         !is_segment(a.name), &opened);
    if (err != OK && err != ERR_NOT_FOUND && err != ERR_DENIED)
        log_error("deliver", "cannot open edition %s: %s", a.edition, err_text(err));
    if (err == OK)
        err = answer_opened(d, opened, a.name, rq, answer);
    if (err == OK)
        keep_file(answer);
    opened_unref(&opened);
    return err;
}

void deliver_handle(struct deliver *deliver, struct http_request *rq, struct http_answer *answer)
{
    bool is_image = images_own(rq->path);
    enum err err;
    if (is_image)
        err = images_answer(&deliver->params, rq, answer);
    else
        err = answer_media(deliver, rq, answer);
    if (err == OK)
        return;
    refusal_answer(answer, err);
    if (!is_image)
        media_headers_put(answer);
}
