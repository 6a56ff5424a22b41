/* What contracts are made of, packed in columns and back: edges, lengths, territories, languages
 * and whole rights. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_RIGHT_ROWS_H
#define LANTERNE_DRIVER_STORE_RIGHT_ROWS_H

#include "driver/store/rights.h"
#include "driver/store/sql.h"

enum { EDGE_TEXT = 80, LENGTH_TEXT = 40, SET_TEXT = 4096 };

/* "" none, "D15901" a day, "I1373846400000000" an instant, "O" open, "T" to be said, "E theatrical
 * 36 0" an event with its lag of months and seconds. */
void edge_put(const struct rights_edge *edge, char out[EDGE_TEXT]);
MUST_CHECK enum err edge_read(const char *text, struct rights_edge *out);
/* "36 0": months and seconds; "" when both are zero. */
void length_put(const struct duration *length, char out[LENGTH_TEXT]);
MUST_CHECK enum err length_read(const char *text, struct duration *out);
/* "FR BE"; "ZZ -US" for the world without. */
void set_put(const struct territory_set *set, char out[SET_TEXT]);
MUST_CHECK enum err set_read(const char *text, struct territory_set *out);

/* A right as its columns: two are the same when all but those that say where it stood are. */
enum right_text {
    RIGHT_KEY,
    RIGHT_TRANSACTION,
    RIGHT_LICENCE,
    RIGHT_STATUS,
    RIGHT_SET,
    RIGHT_STARTS,
    RIGHT_ENDS,
    RIGHT_WINDOW,
    RIGHT_ANNOUNCE,
    RIGHT_SUPPRESSION,
    RIGHT_FORMAT,
    RIGHT_ALLOWED,
    RIGHT_HOLDBACK,
    RIGHT_RENTAL,
    RIGHT_WATCH,
    RIGHT_CURRENCY,
    RIGHT_CONTRACT,
    RIGHT_REPORTING,
    RIGHT_TERRITORIES,
    RIGHT_SAID,
    RIGHT_FROM_FILE,
    RIGHT_TEXTS,
};
enum { RIGHT_NUMBERS = 3 }; /* is_hdr, is_exclusive, price_minor */
struct right_row {
    char id[ID_TEXT];
    int position;
    const char *texts[RIGHT_TEXTS];
    int64_t numbers[RIGHT_NUMBERS];
};
/* In the order of enum right_text, then of the numbers; before them id and position. */
#define RIGHT_COLUMNS                                                                              \
    "r.id, r.position, r.key, r.transaction_id, r.licence, r.status, r.territory_set, r.starts,"   \
    " r.ends, r.window_length, r.announce, r.suppression, r.format, r.allowed, r.holdback,"        \
    " r.rental, r.watch, r.price_currency, r.contract, r.reporting, r.territories, r.said,"        \
    " r.from_file, r.is_hdr, r.is_exclusive, r.price_minor"
enum { RIGHT_COLUMN_COUNT = 2 + RIGHT_TEXTS + RIGHT_NUMBERS };

/* Texts are the right's own or in the arena. */
void right_row_make(struct arena *arena, const struct store_right *right, struct right_row *out);
bool right_rows_same(const struct right_row *a, const struct right_row *b);
/* Of a query whose first columns are RIGHT_COLUMNS. with_said: also what people were told (said,
 * territories, where it stood); else those are NULL. */
void right_row_read(const struct query *q, struct arena *arena, bool with_said,
                    struct right_row *out);
/* Without source and studio. ERR_MALFORMED: the file was tampered with. */
MUST_CHECK enum err right_of_row(struct arena *arena, const struct right_row *row,
                                 struct rights_right *out);
/* "avail ALID TRANSACTION of STUDIO". */
const char *right_source(struct arena *arena, const char *alid, const char *transaction,
                         const char *studio);
MUST_CHECK enum err right_insert(struct connection *c, const char *avail,
                                 const struct right_row *row);
MUST_CHECK enum err right_replace(struct connection *c, const struct right_row *row);
MUST_CHECK enum err right_remove(struct connection *c, const char *id);
/* Leaves it the territories of the set alone. */
MUST_CHECK enum err right_narrow(struct connection *c, const char *id,
                                 const struct territory_set *left);

#endif
