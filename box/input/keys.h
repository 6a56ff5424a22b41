/* The keys of a remote control, and scripts of keys for tests and support. Pure. */
#ifndef LANTERNE_BOX_INPUT_KEYS_H
#define LANTERNE_BOX_INPUT_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* X(name, word in scripts) */
#define KEY_TABLE(X)                                                                               \
    X(KEY_UP, "up")                                                                                \
    X(KEY_DOWN, "down")                                                                            \
    X(KEY_LEFT, "left")                                                                            \
    X(KEY_RIGHT, "right")                                                                          \
    X(KEY_OK, "ok")                                                                                \
    X(KEY_BACK, "back")                                                                            \
    X(KEY_PLAY, "play")                                                                            \
    X(KEY_STOP, "stop")                                                                            \
    X(KEY_REWIND, "rewind")                                                                        \
    X(KEY_FORWARD, "forward")                                                                      \
    X(KEY_CHANNEL_UP, "channel-up")                                                                \
    X(KEY_CHANNEL_DOWN, "channel-down")                                                            \
    X(KEY_HOME, "home")                                                                            \
    X(KEY_MENU, "menu")                                                                            \
    X(KEY_ERASE, "erase")

enum key {
    KEY_NONE,
#define X(name, word) name,
    KEY_TABLE(X)
#undef X
        KEY_CHARACTER, /* a letter, a figure or a space: `character` says which */
};

struct press {
    enum key key;
    char character; /* ASCII, lower case */
};

/* What a script does next. */
enum step_kind { STEP_NONE, STEP_PRESS, STEP_WAIT, STEP_SCREEN, STEP_SHOT, STEP_QUIT };

struct step {
    enum step_kind kind;
    struct press press;
    double seconds;  /* STEP_WAIT */
    char words[512]; /* STEP_SCREEN: its name; STEP_SHOT: the file */
};

enum { STEP_WORD_MAX = 600 };

/* Takes the next word off *script (it then begins after it): "down", "wait:0.5", "screen:home",
 * "shot:FILE", "type:a" (one letter or figure, "_" is a space), "quit".
 * STEP_NONE: the script is at its end. ERR_MALFORMED: there is no such word; it is stepped over. */
MUST_CHECK enum err step_next(const char **script, struct step *out);

/* "down"; "" for KEY_NONE and characters. */
const char *key_word(enum key key);

#endif
