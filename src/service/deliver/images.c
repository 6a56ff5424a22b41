#include "service/deliver/images.h"

#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "driver/store/images.h"
#include "rules/viewing/decide.h"

enum { IMAGE_NAME_MAX = 64 };

#define FOLDER "/images/"
#define CACHE_PUBLIC "public, max-age=31536000, immutable"
/* Art that only the house may see yet. */
#define CACHE_HOUSE "private, no-cache"

bool images_own(const char *path)
{
    return strncmp(path, FOLDER, sizeof FOLDER - 1) == 0 || strcmp(path, "/images") == 0;
}

/* The blob name, which is the path without its first slash; NULL when it is none of an image. */
static const char *read_name(const char *path)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    if (strncmp(path, FOLDER, strlen(FOLDER)) != 0)
        return NULL;
    const char *name = path + strlen(FOLDER);
    size_t n = strspn(name, allowed);
    return n > 0 && n <= IMAGE_NAME_MAX && strcmp(name + n, ".jpg") == 0 ? path + 1 : NULL;
}

enum err images_answer_blob(struct blob_store *blobs, const char *blob, struct http_answer *answer)
{
    int fd;
    int64_t size;
    enum err err = blob_open(blobs, blob, &fd, &size);
    if (err == ERR_ARGUMENT)
        return ERR_NOT_FOUND;
    if (err != OK)
        return err;
    answer->file = http_file_create(fd);
    if (answer->file == NULL) {
        close(fd);
        return ERR_MEMORY;
    }
    answer->give = true;
    answer->status = 200;
    answer->source = HTTP_FILE;
    answer->length = (uint64_t)size;
    answer->content_type = "image/jpeg";
    answer->etag = "1"; /* the picture under a name never changes */
    return OK;
}

/* Who may see it: anybody when the title is shown to anybody. */
static enum err judge(const struct deliver_params *params, struct http_request *rq,
                      const char *name, bool *is_public)
{
    struct title title;
    bool ready = false;
    enum err err = store_image_find(params->store, http_arena(rq), name, &title, &ready);
    if (err != OK)
        return err;
    utc_time now = clock_now();
    struct showing showing = showing_of_own(title.state, title.published, ready, now);
    *is_public = viewing_decide(&(struct viewing_question){
                                    .showing = &showing, .territory = TERRITORY_OPEN, .now = now })
                     .is_shown;
    return *is_public || params->is_administrator(params->context, rq) ? OK : ERR_NOT_FOUND;
}

enum err images_answer(const struct deliver_params *params, struct http_request *rq,
                       struct http_answer *answer)
{
    bool is_public = false;
    if (rq->method != HTTP_GET && rq->method != HTTP_HEAD)
        return ERR_UNSUPPORTED;
    const char *name = read_name(rq->path);
    if (name == NULL)
        return ERR_NOT_FOUND;
    enum err err = judge(params, rq, name, &is_public);
    if (err == OK)
        err = images_answer_blob(params->blobs, name, answer);
    if (err == OK)
        answer->cache_control = is_public ? CACHE_PUBLIC : CACHE_HOUSE;
    else if (err != ERR_NOT_FOUND)
        log_error("deliver", "cannot read an image: %s", err_text(err));
    return err;
}
