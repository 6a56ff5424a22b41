/* A chain of libavfilter filters, set by named options and never by a text. Inside the jail only.
 */
#ifndef LANTERNE_DRIVER_MEDIA_GRAPH_H
#define LANTERNE_DRIVER_MEDIA_GRAPH_H

#include <libavutil/frame.h>

#include "base/err.h"

enum { GRAPH_OPTIONS_MAX = 6, GRAPH_STEPS_MAX = 10 };

struct graph_step {
    const char *filter;
    struct graph_option {
        const char *key, *value; /* constants of ours; NULL key: the end */
    } options[GRAPH_OPTIONS_MAX];
};

struct graph;

/* Builds the chain for frames like `like`, whose times are in time_base; output times are in the
 * same. ERR_UNSUPPORTED: libav will not have it so. */
MUST_CHECK enum err graph_create(const AVFrame *like, AVRational time_base,
                                 const struct graph_step *steps, size_t n, struct graph **out);
/* frame: borrowed; NULL: no more will come. */
MUST_CHECK enum err graph_push(struct graph *g, AVFrame *frame);
/* ERR_NOT_FOUND: nothing (more) to be had now. */
MUST_CHECK enum err graph_pull(struct graph *g, AVFrame *out);
void graph_destroy(struct graph **g);

#endif
