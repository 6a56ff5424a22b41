#include "driver/media/graph.h"

#include <assert.h>
#include <stdlib.h>

#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/opt.h>

struct graph {
    AVFilterGraph *graph;
    AVFilterContext *from, *to;
};

static enum err from_av(int bad)
{
    if (bad >= 0)
        return OK;
    return bad == AVERROR(ENOMEM) ? ERR_MEMORY : ERR_UNSUPPORTED;
}

static enum err add_source(struct graph *g, const AVFrame *like, AVRational time_base)
{
    const AVFilter *filter = avfilter_get_by_name("buffer");
    g->from = avfilter_graph_alloc_filter(g->graph, filter, "from");
    AVBufferSrcParameters *p = av_buffersrc_parameters_alloc();
    if (g->from == NULL || p == NULL) {
        av_free(p);
        return ERR_MEMORY;
    }
    p->format = like->format;
    p->width = like->width;
    p->height = like->height;
    p->sample_aspect_ratio = like->sample_aspect_ratio;
    p->time_base = time_base;
    int bad = av_buffersrc_parameters_set(g->from, p);
    av_free(p);
    if (bad >= 0)
        bad = avfilter_init_str(g->from, NULL);
    return from_av(bad);
}

static enum err add_step(struct graph *g, const struct graph_step *step, AVFilterContext **last)
{
    const AVFilter *filter = avfilter_get_by_name(step->filter);
    if (filter == NULL)
        return ERR_UNSUPPORTED;
    AVFilterContext *ctx = avfilter_graph_alloc_filter(g->graph, filter, NULL);
    if (ctx == NULL)
        return ERR_MEMORY;
    int bad = 0;
    for (size_t i = 0; i < GRAPH_OPTIONS_MAX && step->options[i].key != NULL && bad >= 0; i++)
        bad = av_opt_set(ctx, step->options[i].key, step->options[i].value, AV_OPT_SEARCH_CHILDREN);
    if (bad >= 0)
        bad = avfilter_init_str(ctx, NULL);
    if (bad >= 0)
        bad = avfilter_link(*last, 0, ctx, 0);
    *last = ctx;
    return from_av(bad);
}

static enum err build(struct graph *g, const AVFrame *like, AVRational time_base,
                      const struct graph_step *steps, size_t n)
{
    static const struct graph_step sink = { .filter = "buffersink" };
    enum err err = add_source(g, like, time_base);
    AVFilterContext *last = g->from;
    for (size_t i = 0; i < n && err == OK; i++)
        err = add_step(g, &steps[i], &last);
    if (err == OK)
        err = add_step(g, &sink, &last);
    g->to = last;
    return err == OK ? from_av(avfilter_graph_config(g->graph, NULL)) : err;
}

enum err graph_create(const AVFrame *like, AVRational time_base, const struct graph_step *steps,
                      size_t n, struct graph **out)
{
    assert(n <= GRAPH_STEPS_MAX);
    *out = NULL;
    struct graph *g = calloc(1, sizeof *g);
    if (g == NULL)
        return ERR_MEMORY;
    g->graph = avfilter_graph_alloc();
    if (g->graph != NULL)
        g->graph->nb_threads = 1; /* the same bytes on every machine, and no thread to pay for */
    enum err err = g->graph == NULL ? ERR_MEMORY : build(g, like, time_base, steps, n);
    if (err == OK)
        *out = g;
    else
        graph_destroy(&g);
    return err;
}

enum err graph_push(struct graph *g, AVFrame *frame)
{
    return from_av(av_buffersrc_add_frame_flags(g->from, frame, AV_BUFFERSRC_FLAG_KEEP_REF));
}

enum err graph_pull(struct graph *g, AVFrame *out)
{
    int bad = av_buffersink_get_frame(g->to, out);
    return bad == AVERROR(EAGAIN) || bad == AVERROR_EOF ? ERR_NOT_FOUND : from_av(bad);
}

void graph_destroy(struct graph **g)
{
    if (*g != NULL)
        avfilter_graph_free(&(*g)->graph);
    free(*g);
    *g = NULL;
}
