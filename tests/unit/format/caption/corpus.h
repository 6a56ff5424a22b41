/* For the tests of captions: files of the shared corpora, and what must hold for every list read.
 */
#ifndef LANTERNE_TESTS_CAPTION_CORPUS_H
#define LANTERNE_TESTS_CAPTION_CORPUS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "format/caption/caption.h"

struct tally { /* how many files of an oracle we judge as it does */
    const char *oracle;
    size_t accept, accepted, refuse, refused;
};

struct reading { /* one file read */
    struct arena *arena;
    struct caption_list list;
    struct caption_problem why;
    enum err err;
};

typedef void corpus_visit(const char *path, const char *bytes, size_t n, void *user);

/* Calls visit for each file under $LANTERNE_SHARED/corpora/folder that ends in `ending`, in order
 * of names. Prints that it skips and returns false when the folder is not there. */
bool corpus_each(const char *folder, const char *ending, corpus_visit *visit, void *user);
/* The bytes of a file, freed with free; NULL when it cannot be read. */
char *corpus_load(const char *path, size_t *n);

struct reading reading_of(const char *name, const void *bytes, size_t n);
void reading_finish(struct reading *r);
/* Fails the test unless every cue of the list keeps the promises of caption.h, and writing it as
 * WebVTT and reading that gives the same list. */
void check_promises(const char *path, const struct caption_list *list);
/* Prints the tally; fails under 100 % of must-refuse or 99 % of must-accept. */
void tally_judge(const struct tally *t);
/* The text of a cue as it is seen: no tags, the three escapes read. */
void put_plain(struct buf *out, const char *text);

#endif
