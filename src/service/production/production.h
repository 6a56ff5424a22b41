/* The house's own productions: commissioned, delivered episode by episode, inspected, accepted, and
 * released with all their episodes at one instant.
 *
 * A function that refuses says why, for people, one reason a line, in desk->why; nothing is changed
 * then, but where it says so. */
#ifndef LANTERNE_SERVICE_PRODUCTION_PRODUCTION_H
#define LANTERNE_SERVICE_PRODUCTION_PRODUCTION_H

#include <signal.h>

#include "base/arena.h"
#include "base/json.h"
#include "driver/media/media.h"
#include "driver/store/productions.h"
#include "driver/store/store.h"

/* What all of it works on. One thread at a time. */
struct production_desk {
    struct store *store; /* borrowed */
    struct arena *arena; /* borrowed: what is given out lives there */
    const char *why;     /* NULL: nothing was refused */
};

/* What is ordered. The plan of deliveries: episode k is due due + (k - 1) * due_every days. */
struct production_order {
    struct production what; /* studio, creators, episodes, budget, terms, instalments */
    struct title *title;    /* to be made; NULL: what.title is there */
    int season;             /* of a series */
    civil_day due;          /* of the first master */
    int due_every;          /* days between masters; 0: all on one day */
    bool is_shared;         /* others may show it too; else the title is marked as exclusive */
};
/* Makes the title with its episodes as drafts when there is none, and the production. The ids are
 * order->what.id and .title. ERR_ARGUMENT with why; ERR_EXISTS: the title has a production;
 * ERR_NOT_FOUND: no such title. An order that failed half way can be made again for the title. */
MUST_CHECK enum err production_commission(struct production_desk *desk,
                                          struct production_order *order, utc_time now);

/* One master of one episode. */
struct production_delivering {
    const char *who;             /* the production or its title */
    const char *path;            /* of the file */
    int season, episode;         /* season -1: the production's only one */
    const char *const *captions; /* languages of the files delivered beside it */
    size_t n_captions;
    /* Takes the master in when the inspection found no fault: the job's id, or an error, with
     * desk->why when it is refused (ERR_DENIED). */
    enum err (*take_in)(void *context, struct production_desk *desk, title_id title,
                        const struct delivery *to, char job[ID_TEXT]);
    media_progress_fn progress; /* optional */
    void *context;              /* of both */
    struct media_limits limits;
};
/* Inspects the whole master, keeps the report, and has it taken in when nothing is wrong with it.
 * OK: delivered. ERR_DENIED: refused with why; the report and the refusal are kept, unless a good
 * master waits for its review. ERR_STATE: no master is taken now, with why. ERR_NOT_FOUND: no such
 * production. With why and *delivery NULL: the file cannot be opened. */
MUST_CHECK enum err production_deliver(struct production_desk *desk,
                                       const struct production_delivering *what,
                                       struct production *out, struct delivery **delivery);

/* The rest of a life. Each loads the production by its id or its title's, changes it and keeps it;
 * *out is what was kept. ERR_STATE with why: it may not be now; ERR_BUSY: somebody else changed it
 * meanwhile, several times over. */
struct production_change {
    const char *who;
    utc_time now;
    int season, episode; /* accept, refuse; season -1: the production's only one */
    const char *note;    /* accept (optional), refuse, cancel: for the studio */
    const char *name;    /* pay: of the instalment */
    utc_time at;         /* release; us 0: takes back one that lies ahead */
};
typedef enum err production_change_fn(struct production_desk *desk,
                                      const struct production_change *change,
                                      struct production *out);
/* COMMISSIONED -> IN_PRODUCTION. */
MUST_CHECK production_change_fn production_start;
/* A delivered master is good, or is asked for anew. */
MUST_CHECK production_change_fn production_accept;
MUST_CHECK production_change_fn production_refuse;
MUST_CHECK production_change_fn production_pay;
/* All episodes at one instant. Refused while not all are accepted and encoded. */
MUST_CHECK production_change_fn production_release;
MUST_CHECK production_change_fn production_cancel;

/* Adds "items": every production as production_json_fields says, oldest first. */
MUST_CHECK enum err productions_json(struct store *store, struct arena *arena, utc_time now,
                                     struct json_writer *w);
/* Adds one's fields to the object that is open. */
MUST_CHECK enum err production_json(struct store *store, struct arena *arena, const char *who,
                                    utc_time now, struct json_writer *w);

#endif
