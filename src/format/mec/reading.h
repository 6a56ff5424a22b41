/* What the parts of the MEC reader share: a bounded tree, and how elements become values. */
#ifndef LANTERNE_FORMAT_MEC_READING_H
#define LANTERNE_FORMAT_MEC_READING_H

#include <libxml/tree.h>

#include "format/mec/mec.h"

enum {
    MEC_DEPTH_MAX = 64,         /* the schema's deepest, a parent within a parent, has some 20 */
    MEC_NODES_MAX = 300 * 1000, /* elements and attributes; a season's manifest has thousands */
    MEC_SAID_MAX = 1000,  /* elements of a title's Basic: people, releases, texts; films have 200 */
    MEC_WITHIN_MAX = 200, /* elements of one of those: genres of a text, countries of a release */
    MEC_TEXT_MAX = 16 * 1024, /* bytes of one value; a synopsis has 4,000 characters */
};

struct mec_reading {
    struct arena *arena;
    struct mec_file *out;
};

/* Says what is wrong with an element; further ones than MEC_FAULTS_MAX are not kept. node NULL: the
 * whole file. */
__attribute__((format(printf, 4, 5))) void mec_fault(struct mec_reading *r, const xmlNode *node,
                                                     bool is_warning, const char *format, ...);

/* ---- the tree (tree.c) ------------------------------------------------------------------------
 */

/* The whole document within the ceilings, the caller's to free. On an error the fault is said. */
MUST_CHECK enum err mec_tree_read(struct mec_reading *r, const void *bytes, size_t n,
                                  xmlDocPtr *out);
bool mec_is(const xmlNode *node, const char *name); /* an element of MovieLabs' of that name */
/* Children by name, in order; NULL: none, or no more. */
const xmlNode *mec_child(const xmlNode *parent, const char *name);
const xmlNode *mec_next(const xmlNode *node, const char *name);
size_t mec_count(const xmlNode *parent, const char *name);

/* The text of an element with its blanks made one; NULL: none, or no such element. */
const char *mec_text_of(struct mec_reading *r, const xmlNode *node);
const char *mec_child_text(struct mec_reading *r, const xmlNode *parent, const char *name);
const char *mec_attribute(struct mec_reading *r, const xmlNode *node, const char *name);

/* ---- a title (title.c, people.c) --------------------------------------------------------------
 */

void mec_title_read(struct mec_reading *r, const xmlNode *basic, struct mec_title *out);
void mec_people_read(struct mec_reading *r, const xmlNode *basic, struct mec_title *out);
void mec_texts_read(struct mec_reading *r, const xmlNode *basic, struct mec_title *out);

/* A language's tag in its usual case; NULL after a fault when it is none. */
const char *mec_language(struct mec_reading *r, const xmlNode *node, const char *tag);
/* The territories that a node's children of that name hold ("country" of each); after a fault
 * without those that are none. *n: how many. */
const char **mec_territories(struct mec_reading *r, const xmlNode *parent, const char *name,
                             size_t *n);

#endif
