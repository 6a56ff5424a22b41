/* What the box remembers: its own id, whose it is, and how its people like it. */
#ifndef LANTERNE_BOX_STATE_SETTINGS_H
#define LANTERNE_BOX_STATE_SETTINGS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/id.h"
#include "box/words/words.h"

enum { TOKEN_BYTES = 600 };

struct settings {
    char box[ID_TEXT]; /* made at the first start */
    enum language language;
    bool language_is_chosen; /* by hand: a profile's does not change it */
    unsigned text_size;      /* 0, 1, 2 */
    bool is_contrast, is_spoken;
};

/* Reads what is there; the rest has its default. OK, or why it cannot be kept (the values are good
 * all the same): ERR_NO_SPACE, ERR_DENIED, ... */
enum err settings_load(const char *folder, struct settings *out);
MUST_CHECK enum err settings_save(const char *folder, const struct settings *s);
/* "" when there is none, or others could have read it. */
void token_load(const char *folder, char out[TOKEN_BYTES]);
/* NULL takes it away. */
MUST_CHECK enum err token_save(const char *folder, const char *token);

#endif
