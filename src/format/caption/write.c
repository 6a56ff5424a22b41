#include "base/buf.h"
#include "format/caption/caption.h"
#include "format/caption/cue_text.h"

static void put_thousandths(struct buf *out, int32_t v)
{
    int64_t size = v < 0 ? -(int64_t)v : v;
    buf_printf(out, "%s%d", v < 0 ? "-" : "", (int)(size / 1000));
    int fraction = (int)(size % 1000), figures = 3;
    if (fraction == 0)
        return;
    for (; fraction % 10 == 0; fraction /= 10)
        figures--;
    buf_printf(out, ".%0*d", figures, fraction);
}

static void put_line(struct buf *out, const struct caption_settings *s)
{
    static const char *const aligns[] = { "", ",center", ",end" };
    if (s->line_kind == CAPTION_LINE_AUTO)
        return;
    buf_text(out, " line:");
    put_thousandths(out, s->line);
    buf_text(out, s->line_kind == CAPTION_LINE_PERCENT ? "%" : "");
    buf_text(out, aligns[s->line_align]);
}

static void put_settings(struct buf *out, const struct caption_settings *s)
{
    static const char *const verticals[] = { "", " vertical:rl", " vertical:lr" };
    static const char *const positions[] = { "", ",line-left", ",center", ",line-right" };
    static const char *const aligns[] = { "", " align:start", " align:end", " align:left",
                                          " align:right" };
    buf_text(out, verticals[s->vertical]);
    put_line(out, s);
    if (s->has_position) {
        buf_text(out, " position:");
        put_thousandths(out, s->position);
        buf_printf(out, "%%%s", positions[s->position_align]);
    }
    if (s->has_size) {
        buf_text(out, " size:");
        put_thousandths(out, s->size);
        buf_text(out, "%");
    }
    buf_text(out, aligns[s->align]);
}

void caption_write_webvtt(const struct caption_list *list, struct buf *out)
{
    buf_text(out, "WEBVTT\n");
    for (size_t i = 0; i < list->n; i++) {
        const struct caption_cue *c = &list->cues[i];
        buf_u8(out, '\n');
        if (c->id[0] != 0) {
            buf_text(out, c->id);
            buf_u8(out, '\n');
        }
        cue_put_time(out, c->start_us);
        buf_text(out, " --> ");
        cue_put_time(out, c->end_us);
        put_settings(out, &c->settings);
        buf_u8(out, '\n');
        buf_text(out, c->text);
        buf_u8(out, '\n');
    }
}
