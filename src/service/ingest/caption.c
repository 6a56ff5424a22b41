/* Captions that come as files of their own. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "driver/store/media.h"
#include "format/caption/caption.h"
#include "rules/catalog/language.h"
#include "service/ingest/work.h"

static enum err load_file(const char *path, struct buf *out, char *why, size_t room)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        snprintf(why, room, fd < 0 ? "the file cannot be opened: %s" : "it is not a regular file",
                 strerror(errno));
        if (fd >= 0)
            close(fd);
        return ERR_IO;
    }
    enum err err = OK;
    for (;;) {
        uint8_t part[65536];
        ssize_t n = read(fd, part, sizeof part);
        if (n < 0)
            err = ERR_IO;
        if (n <= 0 || out->err != OK)
            break;
        buf_put(out, part, (size_t)n);
    }
    close(fd);
    if (err == OK && out->err == ERR_FULL)
        snprintf(why, room, "the file is larger than %d MiB", CAPTION_BYTES_MAX >> 20);
    else if (err != OK)
        snprintf(why, room, "the file cannot be read");
    return err == OK ? out->err : err;
}

static enum err parse(struct arena *arena, const struct buf *file, const char *path,
                      struct caption_list *list, char *why, size_t room)
{
    struct caption_problem problem = { 0 };
    enum err err = caption_read(arena, file->data, file->size, path, list, &problem);
    if (err != OK && problem.line > 0)
        snprintf(why, room, "line %d: %s", problem.line, problem.text);
    else if (err != OK)
        snprintf(why, room, "%s", problem.text);
    if (err == OK && list->n == 0) {
        snprintf(why, room, "%s",
                 list->pictures > 0 ? "its captions are pictures, not text"
                                    : "there is no caption in it");
        return ERR_MALFORMED;
    }
    return err;
}

/* The blob of the caption that is there now; NULL: there is none of this name. */
static const char *blob_of(const struct ingest *in, struct arena *arena, playable_id playable,
                           const char *name)
{
    struct store_caption *captions = NULL;
    size_t n = 0;
    if (store_captions_list(in->store, arena, playable, &captions, &n) != OK)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(captions[i].name, name) == 0)
            return captions[i].blob;
    }
    return NULL;
}

/* The blob has a name of its own, so that a player that reads the old one is not disturbed. */
static enum err save(const struct ingest *in, struct arena *arena,
                     const struct ingest_caption *what, const char *name,
                     const struct caption_list *list)
{
    char blob[WORK_BLOB], id[ID_TEXT];
    struct buf vtt;
    id_new(id);
    snprintf(blob, sizeof blob, "captions/%s/%s.vtt", id, name);
    buf_init(&vtt, CAPTION_WEBVTT_MAX);
    caption_write_webvtt(list, &vtt);
    enum err err = vtt.err == OK ? coffer_put(in->coffer, blob, vtt.data, vtt.size) : vtt.err;
    buf_finish(&vtt);
    if (err != OK)
        return err;
    const struct store_caption row = {
        .name = name,
        .language = what->language,
        .label = what->label != NULL ? what->label : language_own_name(what->language),
        .kind = what->kind,
        .is_default = what->is_default,
        .blob = blob,
    };
    const char *before = blob_of(in, arena, what->playable, name);
    err = store_caption_put(in->store, what->playable, &row);
    const char *useless = err == OK ? before : blob;
    if (useless != NULL) {
        enum err removed = blob_remove(in->blobs, useless);
        (void)removed; /* what matters is whether the caption is put */
    }
    return err;
}

enum err ingest_caption_add(const struct ingest *in, const struct ingest_caption *what,
                            char name[64], size_t *cues, char *why, size_t room)
{
    struct arena *arena = arena_create();
    struct caption_list list = { 0 };
    struct buf file;
    why[0] = 0;
    buf_init(&file, CAPTION_BYTES_MAX);
    ingest_caption_name(what->language, what->kind, name);
    enum err err = load_file(what->path, &file, why, room);
    if (err == OK)
        err = parse(arena, &file, what->path, &list, why, room);
    *cues = list.n;
    if (err == OK)
        err = save(in, arena, what, name, &list);
    buf_finish(&file);
    arena_destroy(&arena);
    return err;
}
