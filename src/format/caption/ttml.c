#include "format/caption/ttml.h"

#include <string.h>

/* Profiles in which a cue is a picture of its text. */
static bool is_picture_profile(const char *profile)
{
    return profile != NULL && strstr(profile, "/ttml/profile/imsc") != NULL &&
           strstr(profile, "/image") != NULL;
}

static enum err refuse_pictures(const struct ttml_document *doc)
{
    const struct ttml_node *root = doc->root;
    bool pictures = is_picture_profile(ttml_get(root, ATTR_TTP_profile)) ||
                    is_picture_profile(ttml_get(root, ATTR_TTP_contentProfiles));
    return pictures ? caption_fail(doc->sink, ERR_UNSUPPORTED, root->line,
                                   "these captions are pictures (IMSC image profile); "
                                   "a text profile is needed")
                    : OK;
}

enum err ttml_read(struct caption_sink *sink, struct span text)
{
    struct ttml_document doc = { .sink = sink };
    enum err err = ttml_tree_read(&doc, text);
    if (err == OK)
        err = refuse_pictures(&doc);
    if (err == OK && doc.strict)
        err = ttml_check(&doc);
    if (err == OK) {
        ttml_clock_init(&doc.clock, doc.root);
        ttml_style_init(&doc);
        err = ttml_cues(&doc);
    }
    sink->list->pictures = doc.pictures;
    if (err == OK && sink->list->n == 0 && doc.smpte_pictures > 0)
        err = caption_fail(sink, ERR_UNSUPPORTED, doc.root->line,
                           "these captions are pictures; captions as text are needed");
    return err;
}
