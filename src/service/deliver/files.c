#include "service/deliver/files.h"

#include <string.h>

#include "base/id.h"
#include "base/log.h"
#include "driver/blob/blob.h"

#define FOLDER "/files/"

static const struct {
    const char *end, *type;
} kinds[] = {
    { ".png", "image/png" },
    { ".jpg", "image/jpeg" },
    { ".deb", "application/vnd.debian.binary-package" },
};

bool files_own(const char *path)
{
    return strncmp(path, FOLDER, sizeof FOLDER - 1) == 0 || strcmp(path, "/files") == 0;
}

/* NULL: it is none of ours. */
static const char *type_of(const char *path)
{
    char id[ID_TEXT];
    const char *name = path + strlen(FOLDER);
    if (strcmp(path, "/files") == 0 || strlen(name) < ID_TEXT - 1 ||
        !id_parse(name, ID_TEXT - 1, id))
        return NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(name + ID_TEXT - 1, kinds[i].end) == 0)
            return kinds[i].type;
    return NULL;
}

static enum err answer_blob(struct blob_store *blobs, const char *blob, struct http_answer *answer)
{
    int fd;
    int64_t size;
    enum err err = blob_open(blobs, blob, &fd, &size);
    if (err == ERR_ARGUMENT)
        return ERR_NOT_FOUND;
    if (err != OK)
        return err;
    answer->file = http_file_create(fd);
    answer->give = true;
    answer->status = 200;
    answer->source = HTTP_FILE;
    answer->length = (uint64_t)size;
    answer->etag = "1"; /* what stands under a name never changes */
    return OK;
}

enum err files_answer(const struct deliver_params *params, struct http_request *rq,
                      struct http_answer *answer)
{
    const char *type = type_of(rq->path);
    if (rq->method != HTTP_GET && rq->method != HTTP_HEAD)
        return ERR_UNSUPPORTED;
    if (type == NULL)
        return ERR_NOT_FOUND;
    enum err err = answer_blob(params->blobs, rq->path + 1, answer);
    if (err == OK) {
        answer->content_type = type;
        answer->cache_control = "public, max-age=31536000, immutable";
    } else if (err != ERR_NOT_FOUND) {
        log_error("deliver", "cannot read a file: %s", err_text(err));
    }
    return err;
}
