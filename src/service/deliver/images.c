#include "service/deliver/images.h"

#include <string.h>

#include "base/log.h"
#include "driver/store/images.h"
#include "driver/store/rentals.h"
#include "driver/store/showings.h"
#include "driver/store/titles.h"

enum { IMAGE_NAME_MAX = 64 };

#define FOLDER "/images/"
#define CACHE_DAY INT64_C(86400) /* seconds */
/* Art that only the house may see yet. */
#define CACHE_HOUSE "private, no-cache"

bool images_own(const char *path)
{
    return strncmp(path, FOLDER, sizeof FOLDER - 1) == 0 || strcmp(path, "/images") == 0;
}

/* The blob name, which is the path without its first slash; NULL when it is none of an image. */
static const char *read_name(const char *path)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    if (strncmp(path, FOLDER, strlen(FOLDER)) != 0)
        return NULL;
    const char *name = path + strlen(FOLDER);
    size_t n = strspn(name, allowed);
    return n > 0 && n <= IMAGE_NAME_MAX && strcmp(name + n, ".jpg") == 0 ? path + 1 : NULL;
}

/* The episode whose still it is. ERR_NOT_FOUND: it is the title's own art. */
static enum err find_episode(const struct deliver_params *params, struct arena *arena,
                             const struct title *title, const char *name, playable_id *out)
{
    struct series_listing series = { 0 };
    if (title->kind == TITLE_FILM || (title->poster != NULL && strcmp(title->poster, name) == 0) ||
        (title->backdrop != NULL && strcmp(title->backdrop, name) == 0))
        return ERR_NOT_FOUND;
    enum err err = store_series_get(params->store, arena, title->id, &series);
    for (size_t i = 0; err == OK && i < series.n_episodes; i++) {
        const char *still = series.episodes[i].still;
        if (still == NULL || strcmp(still, name) != 0)
            continue;
        *out = series.episodes[i].id;
        return OK;
    }
    return err == OK ? ERR_NOT_FOUND : err;
}

struct judged {
    struct showing showing;
    enum territory_state state;
    playable_id playable; /* the episode, or the film; of a series none's */
    bool is_rented;       /* here */
    struct rental rental;
    struct showing sold;
};

/* What holds of whatever the image shows. A still of the house's own that has no rendition yet is
 * judged as its series is, which lists it as not ready. */
static enum err find_showing(const struct deliver_params *params, struct arena *arena,
                             const char *name, const struct deliver_viewer *who, utc_time now,
                             struct judged *out)
{
    struct title title;
    playable_id episode;
    bool ready = false;
    enum err err = store_image_find(params->store, arena, name, &title, &ready);
    if (err != OK)
        return err;
    memcpy(out->playable.s, title.id.s, sizeof out->playable.s);
    err = find_episode(params, arena, &title, name, &episode);
    if (err == OK) {
        out->playable = episode;
        err = store_showing_find(params->store, arena, episode, who->territory, now, &out->showing,
                                 &out->state);
        if (err != OK || title.is_licensed || out->showing.reason != VIEWING_NOT_READY)
            return err;
    } else if (err != ERR_NOT_FOUND) {
        return err;
    }
    return store_title_showing(params->store, arena, title.id, who->territory, now, &out->showing,
                               &out->state);
}

static struct viewing_verdict decide(const struct deliver_viewer *who, const struct judged *found,
                                     utc_time now)
{
    return viewing_decide(&(struct viewing_question){
        .showing = &found->showing,
        .territory = found->state,
        .member = who->member,
        .profile = &who->profile,
        .now = now,
        .rental = found->is_rented ? &found->rental : NULL,
        .sold = found->is_rented ? &found->sold : NULL,
    });
}

/* What is not shown is so to who has rented it. */
static enum err find_rental(const struct deliver_params *params, struct arena *arena,
                            const struct deliver_viewer *who, utc_time now, struct judged *out)
{
    enum territory_state state;
    if (who->member == NULL)
        return OK;
    enum err err =
        store_rental_of(params->store, arena, who->member->id, out->playable, now, &out->rental);
    if (err != OK || strcmp(out->rental.territory, who->territory) != 0)
        return err == ERR_NOT_FOUND ? OK : err;
    out->is_rented = true;
    return store_showing_find(params->store, arena, out->playable, out->rental.territory,
                              out->rental.ordered, &out->sold, &state);
}

/* Whether who asks may see it. *keep_s: for how long a browser may go by that; 0: not at all. */
static enum err judge(const struct deliver_params *params, struct http_request *rq,
                      const char *name, int64_t *keep_s)
{
    struct deliver_viewer who = { 0 };
    struct judged found = { .state = TERRITORY_PLANNED };
    utc_time now = clock_now();
    enum err err = params->who_asks(params->context, rq, &who);
    if (err == OK)
        err = find_showing(params, http_arena(rq), name, &who, now, &found);
    if (err != OK)
        return err;
    struct viewing_verdict v = decide(&who, &found, now);
    if (!v.is_shown) {
        err = find_rental(params, http_arena(rq), &who, now, &found);
        if (err != OK)
            return err;
        v = decide(&who, &found, now);
    }
    utc_time until = found.is_rented ? v.until : found.showing.until;
    *keep_s = 0;
    if (!v.is_shown)
        return who.member != NULL && who.member->role == MEMBER_ROLE_ADMINISTRATOR ? OK
                                                                                   : ERR_NOT_FOUND;
    *keep_s = CACHE_DAY;
    if (until.us < now.us + CACHE_DAY * UTC_SECOND)
        *keep_s = (until.us - now.us) / UTC_SECOND;
    return OK;
}

enum err images_answer(const struct deliver_params *params, struct pictures *pictures,
                       struct http_request *rq, struct http_answer *answer)
{
    int64_t keep_s = 0;
    if (rq->method != HTTP_GET && rq->method != HTTP_HEAD)
        return ERR_UNSUPPORTED;
    const char *name = read_name(rq->path);
    if (name == NULL)
        return ERR_NOT_FOUND;
    enum err err = judge(params, rq, name, &keep_s);
    if (err != OK) {
        if (err != ERR_NOT_FOUND)
            log_error("deliver", "cannot look up an image: %s", err_text(err));
        return err;
    }
    err = pictures_answer(pictures, name, answer);
    if (err == OK)
        answer->cache_control =
            keep_s <= 0 ? CACHE_HOUSE
                        : arena_printf(http_arena(rq), "private, max-age=%lld", (long long)keep_s);
    return err;
}
