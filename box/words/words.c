#include "box/words/words.h"

#include <string.h>

#include "base/buf.h"

enum { TEXT_MAX = 4096 };

static const char *const table[N_WORDS][N_LANGUAGES] = {
#define W(name, english, french) [name] = { english, french },
#include "box/words/words.def"
#undef W
};

static enum language chosen = LANGUAGE_EN;

enum language language_of(const char *code)
{
    return code != NULL && strncmp(code, "fr", 2) == 0 && (code[2] == '\0' || code[2] == '-')
               ? LANGUAGE_FR
               : LANGUAGE_EN;
}

const char *language_code(enum language language)
{
    return language == LANGUAGE_FR ? "fr" : "en";
}

void words_choose(enum language language)
{
    chosen = language;
}

enum language words_language(void)
{
    return chosen;
}

const char *word(enum word w)
{
    return w < N_WORDS ? table[w][chosen] : "";
}

char *word_with(struct arena *mem, enum word w, const char *a, const char *b)
{
    struct buf out;
    buf_init(&out, TEXT_MAX);
    for (const char *at = word(w); *at != '\0';) {
        bool is_a = strncmp(at, "{a}", 3) == 0, is_b = strncmp(at, "{b}", 3) == 0;
        const char *in = is_a ? a : b;
        if (is_a || is_b)
            buf_text(&out, in != NULL ? in : "");
        else
            buf_put(&out, at, 1);
        at += is_a || is_b ? 3 : 1;
    }
    char *said = arena_strdup(mem, buf_string(&out));
    buf_finish(&out);
    return said;
}

struct code_word {
    const char *code;
    enum word word;
};

static enum word find(const struct code_word *rows, size_t n, const char *code, enum word otherwise)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(rows[i].code, code) == 0)
            return rows[i].word;
    }
    return otherwise;
}

enum word word_of_problem(const char *code)
{
    static const struct code_word rows[] = {
        { "unreachable", W_P_UNREACHABLE },
        { "unauthenticated", W_P_UNAUTHENTICATED },
        { "forbidden", W_P_FORBIDDEN },
        { "not-found", W_P_NOT_FOUND },
        { "state", W_P_STATE },
        { "slow-down", W_P_SLOW_DOWN },
        { "join", W_P_JOIN },
        { "subscribe", W_P_SUBSCRIBE },
        { "not-ready", W_P_NOT_READY },
        { "not-yet", W_P_NOT_YET },
        { "not-open", W_P_NOT_OPEN },
        { "rent", W_P_RENT },
        { "language", W_P_LANGUAGE },
        { "profile", W_P_PROFILE },
        { "pin", W_PIN_NEEDED },
        { "pin-wrong", W_PIN_WRONG },
        { "busy", W_P_BUSY },
        { "payment-declined", W_P_DECLINED },
        { "payment-means", W_P_MEANS },
        { "payment-busy", W_P_BUSY },
        { "price", W_P_PRICE },
        { "title-full", W_P_TITLE_FULL },
        { "stream-ended", W_ENDED },
    };
    return find(rows, sizeof rows / sizeof *rows, code, W_P_INTERNAL);
}

enum word word_of_ending(const char *reason)
{
    static const struct code_word rows[] = {
        { "lapsed", W_ENDED_LAPSED },
        { "stopped", W_ENDED_STOPPED },
        { "replaced", W_ENDED_REPLACED },
        { "plan", W_ENDED_PLAN },
        { "subscription", W_ENDED_SUBSCRIPTION },
        { "rental", W_ENDED_RENTAL },
        { "window", W_ENDED_WINDOW },
        { "territory", W_ENDED_TERRITORY },
        { "withdrawn", W_ENDED_WITHDRAWN },
        { "profile", W_ENDED_PROFILE },
    };
    return find(rows, sizeof rows / sizeof *rows, reason, N_WORDS);
}
