/* What the screens say, in French and English: one table. The main thread's. */
#ifndef LANTERNE_BOX_WORDS_WORDS_H
#define LANTERNE_BOX_WORDS_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/clock.h"

enum language { LANGUAGE_EN, LANGUAGE_FR, N_LANGUAGES };

enum word {
#define W(name, english, french) name,
#include "box/words/words.def"
#undef W
    N_WORDS
};

/* "fr", "fr-CA" and the like; English for all that we do not speak. */
enum language language_of(const char *code);
const char *language_code(enum language language); /* "fr" */
void words_choose(enum language language);
enum language words_language(void);

/* In the chosen language; static. */
const char *word(enum word w);
/* With {a} and {b} filled in; NULL stays "". */
char *word_with(struct arena *mem, enum word w, const char *a, const char *b);

/* The sentence for a problem's code; the one for "internal" when there is none. */
enum word word_of_problem(const char *code);
/* The sentence for why playing ended; N_WORDS when there is none. */
enum word word_of_ending(const char *reason);

/* "Drama"; what is not in the table as it is. */
const char *genre_name(struct arena *mem, const char *genre);
/* "French", "français"; the code itself for what is not in the table. */
const char *language_name(struct arena *mem, const char *code);
/* "France"; the code itself for what is not in the table. */
const char *country_name(const char *code);
/* "1 h 32 min" */
char *minutes_said(struct arena *mem, unsigned minutes);
/* "1:02:03" */
char *clock_said(struct arena *mem, double seconds);
/* "€3.99", "3,99 €": amount as the service says it ("3.99"). */
char *money_said(struct arena *mem, const char *amount, const char *currency);
/* "21:04" and "3 March 2026, 21:04", "3 mars 2026, 21:04", of where the box is. "" for 0. */
char *time_said(struct arena *mem, utc_time at);
char *date_said(struct arena *mem, utc_time at);

#endif
