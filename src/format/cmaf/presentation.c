#include "format/cmaf/presentation.h"

#include <string.h>

static bool is_name(const char *name)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    return name != NULL && name[0] != 0 && name[0] != '.' && name[strspn(name, letters)] == 0;
}

static bool tiles_are_good(const struct presentation_tiles *t)
{
    if (t->name == NULL)
        return true;
    bool size = t->width != 0 && t->height != 0 && t->columns != 0 && t->rows != 0;
    bool time = t->timescale != 0 && t->interval_ticks != 0 && t->sheet_ticks != 0;
    return is_name(t->name) && size && time && t->sheets != 0;
}

enum err presentation_check(const struct presentation *p)
{
    if (p->n_renditions == 0)
        return ERR_ARGUMENT;
    for (size_t i = 0; i < p->n_renditions; i++) {
        const struct presentation_rendition *r = &p->renditions[i];
        if (!is_name(r->name) || r->index == NULL || r->index->n == 0 || r->index->timescale == 0)
            return ERR_ARGUMENT;
    }
    for (size_t i = 0; i < p->n_captions; i++) {
        if (!is_name(p->captions[i].name) || p->captions[i].language == NULL)
            return ERR_ARGUMENT;
    }
    const struct presentation_protection *x = p->protection;
    bool is_opened = x == NULL || (x->licence != NULL && x->licence[0] != 0);
    return is_opened && tiles_are_good(&p->tiles) ? OK : ERR_ARGUMENT;
}

bool presentation_same_key(const struct cmaf_index *a, const struct cmaf_index *b)
{
    if (a->scheme != b->scheme)
        return false;
    return a->scheme == CMAF_CLEAR || memcmp(a->kid, b->kid, sizeof a->kid) == 0;
}

bool presentation_is_protected(const struct presentation *p, const struct cmaf_index *index)
{
    return p->protection != NULL && index->scheme != CMAF_CLEAR;
}

void presentation_kid_text(const uint8_t kid[16], bool dashes, char out[37])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < 16; i++) {
        if (dashes && (i == 4 || i == 6 || i == 8 || i == 10))
            *out++ = '-';
        *out++ = digits[kid[i] >> 4];
        *out++ = digits[kid[i] & 15];
    }
    *out = 0;
}

uint32_t presentation_shown_width(const struct cmaf_index *index)
{
    if (index->par_num == 0 || index->par_den == 0)
        return index->width;
    uint64_t width = (uint64_t)index->width * index->par_num;
    width = (width + index->par_den / 2) / index->par_den;
    return width == 0 ? 1 : width > UINT32_MAX ? UINT32_MAX : (uint32_t)width;
}

bool presentation_has_keys(const struct cmaf_index *index)
{
    for (size_t i = 0; i < index->n; i++) {
        if (index->fragments[i].key_size == 0)
            return false;
    }
    return index->kind == CMAF_VIDEO;
}
