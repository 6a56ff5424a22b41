/* What the parts of the avails reader share. A value is taken the same way whether a cell or an
 * element says it, so that a workbook and an XML file of one content give one model. */
#ifndef LANTERNE_FORMAT_AVAILS_INTERNAL_H
#define LANTERNE_FORMAT_AVAILS_INTERNAL_H

#include "base/buf.h"
#include "format/avails/avails.h"

/* ---- strings and lists, equal ones once (intern.c) --------------------------------------------
 */

enum {
    TEXT_MAX = 32 * 1024,            /* of one value: what a cell of Excel can hold */
    STRINGS_MAX = 256 * 1024 * 1024, /* of all different values of a file together */
    ITEMS_MAX = 5000,                /* of one list: ALIDs of a bundle, territories */
    WORK_ITEMS_MAX = 2000,           /* ratings or releases of one work */
    QUOTE_MAX = 80,                  /* bytes of the file's own words in a fault */
    PLACE_MAX = 400,                 /* bytes of a place's name */
};

struct intern_slot {
    uint64_t hash;
    const void *bytes;
    size_t n;
};
struct intern {
    struct arena *arena; /* where the kept copies live; borrowed */
    struct intern_slot *slots;
    size_t n, room, bytes;
    uint64_t seed;
};
void intern_init(struct intern *in, struct arena *arena);
void intern_finish(struct intern *in);
/* The one copy of these bytes, with a NUL after them. NULL: STRINGS_MAX is reached. */
const void *intern_bytes(struct intern *in, const void *bytes, size_t n);

/* A list that grows, reused from one row to the next. */
struct list {
    void *items; /* owned */
    size_t n, room, size;
};
void *avails_list_add(struct list *l); /* zeroed; never NULL */
void list_finish(struct list *l);

/* ---- a reading --------------------------------------------------------------------------------
 */

/* How a value is written: cells know numbers and truth values, elements have text alone. */
enum said_kind { SAID_TEXT, SAID_NUMBER, SAID_BOOLEAN };
struct said {
    const char *text; /* interned, blanks at its ends cut and inside made one; NULL: nothing */
    enum said_kind kind;
};

enum language_list { LANGUAGES_ALLOWED, LANGUAGES_ASSET, LANGUAGES_HOLDBACK, LANGUAGES_REQUIRED };
enum { LANGUAGE_LISTS = 4 };

/* The transaction in hand. */
struct transaction_draft {
    struct avails_transaction t;
    bool is_refused;
    const char *entry; /* of its avail */
    struct said start_lag, end_lag;
    bool said_territory, said_licence, said_start, said_end, said_format;
    struct list territories, excluded, references; /* of const char * */
    struct list languages[LANGUAGE_LISTS];         /* of struct avails_language */
    struct list terms;                             /* of struct avails_term */
};

struct work_lists {
    struct list ratings, releases;
    const char *stray; /* an identifier that is no EIDR, where one should stand */
};
enum work_level { LEVEL_OWN, LEVEL_SEASON, LEVEL_SERIES };
enum { LEVELS = 3 };

/* The avail in hand. */
struct avail_draft {
    struct avails_avail a;
    struct avails_work season, series;
    struct work_lists lists[LEVELS];
    bool has_season, has_series, is_refused;
    struct list bundled; /* of const char * */
};

struct reading {
    struct arena *arena;
    struct avails_file *out;
    enum err err; /* what ends the reading: the first sticks */
    struct intern strings;
    struct list faults; /* of struct avails_fault */
    /* where we are */
    const char *sheet, *column, *section; /* of a workbook; column NULL: the row or sheet */
    uint32_t sheet_number, line;          /* row or line; 0: none */
    bool is_1904;                         /* the workbook counts days from 1904 */
    struct list sheets;                   /* of const char *: names by number - 1 */
    const char *const *path;              /* of XML: names of the open elements */
    size_t depth;
    /* what is in hand */
    struct transaction_draft draft;
    struct avail_draft avail;
    /* what is kept */
    struct list avails;  /* of struct kept_avail */
    struct list pending; /* of struct avails_transaction: of the avail in hand */
    size_t current;      /* the avail they belong to; SIZE_MAX: none */
    size_t *by_name, by_name_room;
    size_t n_transactions;
};

/* Ends the reading and says why, once. Returns err. */
enum err reading_stop(struct reading *r, enum err err, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Something at the present place is wrong: the transaction in hand is refused. */
void fault_error(struct reading *r, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Nothing is left out for it. */
void fault_warn(struct reading *r, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Something of the work, not of a right, is left out. */
void fault_omit(struct reading *r, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The file's words for a fault: cut, in one line. In the arena. */
const char *quoted(struct reading *r, const char *text);

/* The text with its blanks made one, interned; NULL when nothing is left. */
const char *text_kept(struct reading *r, const char *text, size_t n);
/* The items of a list, one copy of equal lists. NULL when it is empty. */
void *list_kept(struct reading *r, const struct list *l);
const char *string_kept(struct reading *r, const char *text);

/* ---- vocabularies (vocabulary.c, language.c, rating.c) ----------------------------------------
 */

enum vocabulary {
    VOCABULARY_ENTRY,
    VOCABULARY_AVAIL_TYPE,
    VOCABULARY_WORK_TYPE,
    VOCABULARY_LICENCE,
    VOCABULARY_RIGHTS,
    VOCABULARY_FORMAT,
    VOCABULARY_CONDITION,
    VOCABULARY_TERM,
    VOCABULARY_STATUS,
    VOCABULARY_TPR,
    VOCABULARY_LOCALIZATION,
    VOCABULARY_ASSET,
};
/* The word as the vocabulary spells it, whatever its case; NULL: none of it. */
const char *vocabulary_find(enum vocabulary v, const char *text);
const char *vocabulary_name(enum vocabulary v); /* "licence type" */
/* The AvailType of a row that says its WorkType alone. */
const char *avail_type_of(const char *work_type);

/* Puts a BCP 47 tag into its usual case, in place; false: a part of it is no such code. */
bool avails_language_tag(char *text, size_t n);

struct rating_system {
    const char *name, *territories, *values, *reasons; /* lists with commas; reasons NULL: free */
};
const struct rating_system *rating_system_find(const char *name); /* NULL: not known to us */
bool rating_list_has(const char *list, const char *word);

/* ---- values (value.c): NULL, false or nothing when there is a fault, which is then said ---------
 */

const char *take_word(struct reading *r, const struct said *s, enum vocabulary v);
/* 0, 1 or -1 */
int boolean_of(const struct said *s);
bool take_edge(struct reading *r, const struct said *s, bool is_end, struct avails_edge *out);
bool take_day(struct reading *r, const struct said *s, civil_day *out);
bool take_duration(struct reading *r, const struct said *s, struct duration *out);
/* Hours as a number, or a duration of ISO 8601. */
bool take_hours(struct reading *r, const struct said *s, struct duration *out);
/* "1:56:20", "56:20", a part of a day, or a duration of ISO 8601. Never negative. */
bool take_run_length(struct reading *r, const struct said *s, struct duration *out);
/* A whole number of 0 to max; a fault is a warning. */
int take_count(struct reading *r, const struct said *s, int max);
/* A decimal number without sign, zeros that say nothing cut; NULL: none (no fault is said). */
const char *decimal_of(struct reading *r, const struct said *s);
void take_territories(struct reading *r, const struct said *s, struct list *out);
void take_languages(struct reading *r, const struct said *s, const char *asset, struct list *out);
void take_identifiers(struct reading *r, const struct said *s, struct list *out); /* "A; B, C" */
/* An EIDR in its first form; else NULL, after a warning when it tries to be one. */
const char *take_eidr(struct reading *r, const struct said *s);
/* An identifier of MDDF ("md:cid:SCHEME:ID") in its shape, else a warning. */
void check_identifier(struct reading *r, const struct said *s);

/* ---- transactions (terms.c, draft.c) ----------------------------------------------------------
 */

void draft_begin(struct reading *r, uint32_t line);
/* A term by its name, as the vocabulary spells it; some of them are fields of the transaction. */
void draft_term(struct reading *r, const char *name, const struct said *value,
                const struct said *currency);
void draft_flag(struct reading *r, const struct said *s, const char **out); /* HDR and its like */
/* Checks what must be said of the transaction in hand; false: it is refused, and counted. */
bool draft_check(struct reading *r);
/* Keeps it with the avail in hand. */
void draft_keep(struct reading *r);

bool entry_is_delete(const char *entry);

/* ---- avails and works (draft.c, work.c) --------------------------------------------------------
 */

void avail_begin(struct reading *r, uint32_t line);
/* The number of the avail of this ALID and entry type (kept strings); SIZE_MAX: none yet. */
size_t avail_number(struct reading *r, const char *alid, const char *entry);
/* Takes a kept avail in hand again. */
void avail_open(struct reading *r, size_t number);
/* Keeps the avail in hand, which is new; pending transactions will be its own. */
void avail_add(struct reading *r);
/* Puts the avail in hand away, with its pending transactions. */
void avail_close(struct reading *r);
/* Gives the pending transactions to another avail than the one in hand. */
void avail_add_pending(struct reading *r, size_t number);
/* A transaction of the avail in hand was refused. */
void avail_refuse(struct reading *r, size_t number, size_t n);
/* Leaves out what is said twice, says where an identifier stands for two things (duplicate.c). */
void duplicates_drop(struct reading *r, struct avails_avail *a);
/* Makes the model of all that was kept. */
void avails_finish(struct reading *r);
void reading_finish(struct reading *r);

/* The work of a level of the avail in hand, made when there is none. */
struct avails_work *work_at(struct reading *r, enum work_level level);
void work_init(struct avails_work *w);
void work_title_eidr(struct reading *r, enum work_level level, const struct said *s);
void work_edit_eidr(struct reading *r, enum work_level level, const struct said *s);
void work_content_id(struct reading *r, struct avails_work *w, const struct said *s);
void work_alt_id(struct reading *r, struct avails_work *w, const struct said *s);
void work_year(struct reading *r, struct avails_work *w, const struct said *s);
void work_captions(struct reading *r, struct avails_work *w, const struct said *included,
                   const struct said *exemption);
/* territories: where it was said; with one, and the system used there, it is the rating's. */
void work_rating(struct reading *r, enum work_level level, const struct avails_rating *rating);
void work_release(struct reading *r, enum work_level level, const char *type, const char *territory,
                  const struct said *date);

/* ---- the two forms ----------------------------------------------------------------------------
 */

enum err workbook_read(struct reading *r, const void *bytes, size_t n);
enum err document_read(struct reading *r, const void *bytes, size_t n);

#endif
