#include "service/deliver/protected.h"

#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "format/cmaf/key_frame.h"
#include "format/hls/playlist.h"
#include "service/deliver/manifests.h"

/* Of one picture: those of the smallest rendition alone are asked for. */
enum { KEY_FRAME_MAX = 8 * 1024 * 1024 };

bool protected_is_slow(const char *name)
{
    const char *slash = strchr(name, '/');
    const size_t n = sizeof OPENED_AES128 - 1;
    if (slash == NULL)
        return false;
    bool is_sealed = (size_t)(slash - name) > n && strncmp(slash - n, OPENED_AES128, n) == 0;
    return is_sealed || strncmp(slash + 1, HLS_KEY_FRAME, sizeof HLS_KEY_FRAME - 1) == 0;
}

/* What our addresses begin with; "" where nobody says what the service is called. */
static const char *base_of(const struct protected *p, struct http_request *rq)
{
    const char *base = "";
    if (p->params->base_url != NULL)
        base = p->params->base_url(p->params->context, rq);
    /* What stands between quotes in HLS and as content in XML is never quoted: a host that would
     * have to be is none. */
    return strpbrk(base, "\"<>&'") != NULL ? "" : base;
}

static enum err write_manifest(const struct protected *p, const struct kept_key *key,
                               const struct opened_content *content, const struct pass *pass,
                               struct http_request *rq, struct http_content **out)
{
    char token[PASS_TEXT_MAX];
    size_t size = 0;
    enum err err = tokens_make(p->tokens, pass, token);
    if (err != OK)
        return err;
    const char *address = arena_printf(http_arena(rq), "%s/licence/%s", key->base, token);
    *out = manifests_write(content, http_arena(rq), address, &size);
    if (*out == NULL)
        return ERR_MEMORY;
    kept_put(p->kept, key, *out, size);
    return OK;
}

enum err protected_manifest(const struct protected *p, const struct opened_content *content,
                            const struct pass *pass, struct http_request *rq,
                            struct http_answer *answer)
{
    enum err err = OK;
    if (p->tokens == NULL)
        return ERR_NOT_FOUND;
    struct kept_key key = { .pass = pass->id,
                            .expires = pass->expires,
                            .base = base_of(p, rq),
                            .name = content->name,
                            .tag = content->tag,
                            .size = content->size };
    struct http_content *whole = kept_find(p->kept, &key);
    if (whole == NULL)
        err = write_manifest(p, &key, content, pass, rq, &whole);
    if (err != OK)
        return err;
    answer->status = 200;
    answer->source = HTTP_CONTENT;
    answer->content = whole;
    answer->give = true;
    return OK;
}

/* The protected track that a name with such an ending stands for. */
static const struct opened_track *track_of(const struct opened *o, const char *name, size_t n,
                                           const char *ending)
{
    size_t m = strlen(ending);
    if (n <= m || strncmp(name + n - m, ending, m) != 0)
        return NULL;
    const struct opened_track *track = opened_find_track(o, name, n - m);
    return track != NULL && track->index.scheme != CMAF_CLEAR ? track : NULL;
}

/* "12.m4s" */
static bool read_number(const char *file, int64_t *number)
{
    size_t n = strlen(file), end = strlen(".m4s");
    return n > end && strcmp(file + n - end, ".m4s") == 0 && file[0] != '0' &&
           text_to_i64(file, n - end, 1, INT64_MAX, number) == OK;
}

static enum err answer_sealed(const struct protected *p, const struct opened *o,
                              const struct opened_track *track, const char *file,
                              struct http_answer *answer)
{
    int64_t number;
    if (p->sealed == NULL || !read_number(file, &number))
        return ERR_NOT_FOUND;
    enum err err = sealed_take(p->sealed, o, track, (uint64_t)number, &answer->content);
    if (err != OK && err != ERR_NOT_FOUND && err != ERR_BUSY)
        log_error("deliver", "cannot make segment %s of track %s of edition %s: %s", file,
                  track->name, o->edition, err_text(err));
    if (err != OK)
        return err;
    answer->status = 200;
    answer->source = HTTP_CONTENT;
    answer->give = true;
    return OK;
}

static enum err answer_content(const struct opened *o, const char *name, struct http_answer *answer)
{
    const struct opened_content *content = opened_find_content(o, name);
    if (content == NULL || content->content == NULL)
        return ERR_NOT_FOUND;
    answer->status = 200;
    answer->source = HTTP_CONTENT;
    answer->content = http_content_ref(content->content);
    answer->give = true;
    return OK;
}

enum err protected_segment(const struct protected *p, const struct opened *o, const char *name,
                           struct http_answer *answer, const struct opened_track **same)
{
    const char *slash = strchr(name, '/');
    size_t n = slash == NULL ? 0 : (size_t)(slash - name);
    *same = track_of(o, name, n, OPENED_IDENTITY);
    if (*same != NULL)
        return OK;
    const struct opened_track *track = track_of(o, name, n, OPENED_AES128);
    if (track == NULL)
        return ERR_NOT_FOUND;
    if (strcmp(slash + 1, "init.mp4") == 0)
        return answer_content(o, name, answer);
    return answer_sealed(p, o, track, slash + 1, answer);
}

static enum err make_key_frame(const struct opened_track *track,
                               const struct cmaf_fragment_entry *fragment, struct arena *arena,
                               struct http_answer *answer)
{
    struct buf b;
    uint8_t *head = arena_alloc(arena, fragment->key_size);
    ssize_t got = pread(track->fd, head, fragment->key_size, (off_t)fragment->offset);
    if (got < 0)
        return ERR_IO;
    buf_init(&b, KEY_FRAME_MAX);
    enum err err = cmaf_key_fragment(head, (size_t)got, &b);
    if (err == OK)
        answer->bytes = memcpy(arena_alloc(arena, b.size), b.data, b.size);
    answer->size = b.size;
    buf_finish(&b);
    return err;
}

enum err protected_key_frame(const struct opened_track *track, const char *file,
                             struct http_request *rq, struct http_answer *answer)
{
    const struct cmaf_index *x = &track->index;
    int64_t number;
    if (x->scheme == CMAF_CLEAR || !read_number(file, &number) || (uint64_t)number > x->n)
        return ERR_NOT_FOUND;
    const struct cmaf_fragment_entry *fragment = &x->fragments[number - 1];
    if (fragment->key_size == 0 || fragment->key_size > KEY_FRAME_MAX)
        return ERR_NOT_FOUND;
    enum err err = make_key_frame(track, fragment, http_arena(rq), answer);
    if (err != OK) {
        log_error("deliver", "cannot make key frame %s of track %s: %s", file, track->name,
                  err_text(err));
        return ERR_INTERNAL;
    }
    answer->status = 200;
    answer->source = HTTP_BYTES;
    answer->content_type = "video/mp4";
    answer->cache_control = CACHE_MEDIA;
    answer->etag = "1";
    for (size_t i = 0; media_headers[i] != NULL; i += 2)
        http_answer_header(answer, media_headers[i], media_headers[i + 1]);
    return OK;
}
