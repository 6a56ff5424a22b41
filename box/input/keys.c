#include "box/input/keys.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"

static const struct {
    enum key key;
    const char *word;
} rows[] = {
#define X(name, word) { name, word },
    KEY_TABLE(X)
#undef X
};

const char *key_word(enum key key)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].key == key)
            return rows[i].word;
    }
    return "";
}

static enum key key_of(const char *word)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(rows[i].word, word) == 0)
            return rows[i].key;
    }
    return KEY_NONE;
}

/* "2" or "0.25", at most an hour, to the millisecond. */
static enum err seconds_of(const char *text, double *out)
{
    const char *dot = strchr(text, '.');
    size_t whole = dot != NULL ? (size_t)(dot - text) : strlen(text);
    int64_t seconds = 0, part = 0;
    static const double tenths[] = { 1, 10, 100, 1000 };
    size_t n = dot != NULL ? strlen(dot + 1) : 0;
    if (n > 3 || text_to_i64(text, whole, 0, 3600, &seconds) != OK)
        return ERR_MALFORMED;
    if (dot != NULL && text_to_i64(dot + 1, n, 0, 999, &part) != OK)
        return ERR_MALFORMED;
    *out = (double)seconds + (double)part / tenths[n];
    return OK;
}

static enum err with_words(enum step_kind kind, const char *words, struct step *out)
{
    out->kind = kind;
    return words[0] != '\0' && text_copy(out->words, sizeof out->words, words) ? OK : ERR_MALFORMED;
}

static enum err step_of(const char *word, struct step *out)
{
    static const char wait[] = "wait:", screen[] = "screen:", shot[] = "shot:", type[] = "type:";
    if (strncmp(word, wait, sizeof wait - 1) == 0) {
        out->kind = STEP_WAIT;
        return seconds_of(word + sizeof wait - 1, &out->seconds);
    }
    if (strncmp(word, screen, sizeof screen - 1) == 0)
        return with_words(STEP_SCREEN, word + sizeof screen - 1, out);
    if (strncmp(word, shot, sizeof shot - 1) == 0)
        return with_words(STEP_SHOT, word + sizeof shot - 1, out);
    if (strncmp(word, type, sizeof type - 1) == 0 && strlen(word) == sizeof type) {
        unsigned char c = (unsigned char)word[sizeof type - 1];
        out->kind = STEP_PRESS;
        out->press = (struct press){ KEY_CHARACTER, c == '_' ? ' ' : (char)tolower(c) };
        return isalnum(c) || c == '_' ? OK : ERR_MALFORMED;
    }
    if (strcmp(word, "quit") == 0) {
        out->kind = STEP_QUIT;
        return OK;
    }
    out->kind = STEP_PRESS;
    out->press = (struct press){ key_of(word), 0 };
    return out->press.key != KEY_NONE ? OK : ERR_MALFORMED;
}

enum err step_next(const char **script, struct step *out)
{
    char word[STEP_WORD_MAX];
    const char *at = *script + strspn(*script, " \t\r\n");
    size_t n = strcspn(at, " \t\r\n");
    *out = (struct step){ 0 };
    *script = at + n;
    if (n == 0)
        return OK;
    if (n >= sizeof word)
        return ERR_MALFORMED;
    memcpy(word, at, n);
    word[n] = '\0';
    enum err err = step_of(word, out);
    if (err != OK)
        *out = (struct step){ 0 };
    return err;
}
