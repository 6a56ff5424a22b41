/* Big files: a flat space of names, held in a directory. What was put is whole or absent, and on
 * the disk, whenever the process or the machine stops.
 *
 * Names: 1..200 characters of a-z 0-9 . - and / between parts; no part is empty, "." or "..", or
 * begins with a dot or a hyphen ("media/EDITION/v1080.mp4"). Anything else is ERR_ARGUMENT. Every
 * path is resolved beneath the store's directory by the kernel, without following links.
 *
 * Common errors: ERR_NOT_FOUND, ERR_NO_SPACE, ERR_IO. After an error of writing nothing appears
 * under the name, and what was there before still is. A blob_store may be used by any thread; a
 * blob_writer by one at a time. */
#ifndef LANTERNE_DRIVER_BLOB_BLOB_H
#define LANTERNE_DRIVER_BLOB_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum { BLOB_NAME_MAX = 200 };

struct blob_store;
struct blob_writer;

/* dir: exists. */
MUST_CHECK enum err blob_store_open(const char *dir, struct blob_store **out);
void blob_store_close(struct blob_store **store);

bool blob_name_is_good(const char *name);

/* Writes all n bytes under the name, in place of what was there. */
MUST_CHECK enum err blob_put(struct blob_store *store, const char *name, const void *bytes,
                             size_t n);

/* A large blob, written from front to back; appears under its name at the commit. */
MUST_CHECK enum err blob_writer_create(struct blob_store *store, const char *name,
                                       struct blob_writer **out);
MUST_CHECK enum err blob_writer_append(struct blob_writer *writer, const void *bytes, size_t n);
/* Overwrites bytes written before (a header known only at the end); at + n <= what was appended. */
MUST_CHECK enum err blob_writer_patch(struct blob_writer *writer, int64_t at, const void *bytes,
                                      size_t n);
/* Bytes appended so far; a failure of an append does not count. */
int64_t blob_writer_size(const struct blob_writer *writer);
/* Flushes, gives it its name, flushes the directory. Takes *writer in any case, leaves NULL. */
MUST_CHECK enum err blob_writer_commit(struct blob_writer **writer);
/* Throws away what was written; nothing to do for NULL inside. Leaves NULL. */
void blob_writer_abort(struct blob_writer **writer);

/* *fd: open for reading, the caller's to close; stays readable when the blob is removed. */
MUST_CHECK enum err blob_open(struct blob_store *store, const char *name, int *fd, int64_t *size);
MUST_CHECK enum err blob_size(struct blob_store *store, const char *name, int64_t *size);
/* The whole blob in the arena, with a NUL after it. ERR_FULL: larger than max. */
MUST_CHECK enum err blob_read(struct blob_store *store, struct arena *arena, const char *name,
                              size_t max, uint8_t **bytes, size_t *n);

/* Moves a blob to another name, in place of what was there. */
MUST_CHECK enum err blob_rename(struct blob_store *store, const char *from, const char *to);
/* Copies n bytes at offset `at` of the file behind fd (borrowed) to the writer's end, inside the
 * kernel where it can. ERR_TRUNCATED: the file ends before. */
MUST_CHECK enum err blob_writer_append_fd(struct blob_writer *writer, int fd, int64_t at,
                                          int64_t n);
MUST_CHECK enum err blob_remove(struct blob_store *store, const char *name);
/* Removes every blob below prefix ("media/EDITION": all of "media/EDITION/..."). OK when there is
 * none. */
MUST_CHECK enum err blob_remove_tree(struct blob_store *store, const char *prefix);

struct blob_entry {
    const char *name; /* whole */
    int64_t size;
};
/* Every blob below prefix ("" : all), by name. */
MUST_CHECK enum err blob_list(struct blob_store *store, struct arena *arena, const char *prefix,
                              struct blob_entry **out, size_t *n);

/* Bytes the disk beneath still has for us. */
MUST_CHECK enum err blob_space_free(struct blob_store *store, int64_t *bytes);
/* Removes what writers left that were killed: temporary files older than `age_seconds`. */
MUST_CHECK enum err blob_sweep(struct blob_store *store, int64_t age_seconds);

#endif
