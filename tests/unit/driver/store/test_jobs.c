#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "place.h"

static const int64_t lease = 30 * UTC_SECOND;

static struct store_job add_job(struct place *p, int seconds)
{
    struct title film = a_title(TITLE_FILM, "Film", seconds);
    struct store_job job = a_job(film.id, seconds);
    assert_int_equal(store_title_add(p->store, &film), OK);
    assert_int_equal(store_job_add(p->store, &job), OK);
    return job;
}

static struct store_job get(struct place *p, job_id id)
{
    struct store_job job;
    assert_int_equal(store_job_get(p->store, p->arena, id, &job), OK);
    return job;
}

static void take(struct place *p, const char *worker, int seconds, const char *kind,
                 uint32_t number, struct store_step *step)
{
    assert_int_equal(store_step_take(p->store, worker, NULL, INSTANT(seconds), lease, step), OK);
    assert_string_equal(step->kind, kind);
    assert_int_equal(step->number, number);
}

static enum err take_none(struct place *p, const char *worker, int seconds)
{
    struct store_step step;
    return store_step_take(p->store, worker, NULL, INSTANT(seconds), lease, &step);
}

static void a_job_goes_from_inspection_to_ready_step_by_step(void **state)
{
    struct place *p = *state;
    struct store_job job = add_job(p, 0);
    struct store_step step, sound, one, two;
    struct store_rendition rendition;
    struct store_edition edition = an_edition(job.playable, &rendition);
    struct store_caption caption = { "c-fr", "fr", "", "subtitles", false, "media/c" };
    char replaced[ID_TEXT];
    assert_int_equal(get(p, job.id).state, JOB_QUEUED);
    take(p, "a", 1, "inspect", 0, &step);
    assert_int_equal(get(p, job.id).state, JOB_RUNNING);
    assert_int_equal(take_none(p, "b", 2), ERR_NOT_FOUND);
    assert_int_equal(store_job_inspected(p->store, "b", job.id, "{}", 2, INSTANT(3)), ERR_STATE);
    assert_int_equal(store_job_inspected(p->store, "a", job.id, "{}", 2, INSTANT(3)), OK);
    assert_int_equal(store_job_inspected(p->store, "a", job.id, "{}", 2, INSTANT(3)), ERR_STATE);
    take(p, "a", 4, "sound", 0, &sound);
    take(p, "a", 4, "piece", 0, &one);
    take(p, "b", 4, "piece", 1, &two);
    assert_int_equal(take_none(p, "c", 5), ERR_NOT_FOUND);
    assert_int_equal(store_step_done(p->store, "b", &one), ERR_STATE);
    assert_int_equal(store_step_done(p->store, "a", &one), OK);
    assert_int_equal(store_step_done(p->store, "a", &one), ERR_STATE);
    assert_int_equal(get(p, job.id).pieces_done, 1);
    assert_int_equal(store_step_done(p->store, "b", &two), OK);
    assert_int_equal(take_none(p, "b", 6), ERR_NOT_FOUND); /* the sound is not done */
    assert_int_equal(store_step_done(p->store, "a", &sound), OK);
    take(p, "b", 7, "assemble", 0, &step);
    assert_int_equal(
        store_job_ready(p->store, "a", job.id, &edition, &caption, 1, INSTANT(8), replaced),
        ERR_STATE);
    assert_int_equal(
        store_job_ready(p->store, "b", job.id, &edition, &caption, 1, INSTANT(8), replaced), OK);
    assert_int_equal(replaced[0], 0);
    assert_int_equal(get(p, job.id).state, JOB_READY);
    assert_int_equal(store_edition_get(p->store, p->arena, job.playable, &edition), OK);
    assert_int_equal(take_none(p, "b", 9), ERR_NOT_FOUND);
}

static void a_second_open_job_for_one_film_is_refused(void **state)
{
    struct place *p = *state;
    struct store_job job = add_job(p, 0), second = a_job(job.title, 1);
    assert_int_equal(store_job_add(p->store, &second), ERR_EXISTS);
    assert_int_equal(store_job_move(p->store, job.id, JOB_CANCELLED, NULL, INSTANT(2)), OK);
    assert_int_equal(store_job_add(p->store, &second), OK);
    assert_int_equal(store_job_move(p->store, job.id, JOB_QUEUED, NULL, INSTANT(3)), ERR_EXISTS);
    assert_int_equal(get(p, job.id).state, JOB_CANCELLED);
    struct store_job nowhere = a_job(job.title, 4);
    id_new(nowhere.playable.s);
    assert_int_equal(store_job_add(p->store, &nowhere), ERR_NOT_FOUND);
}

static void a_lease_that_ended_is_taken_over_and_its_holder_is_told(void **state)
{
    struct place *p = *state;
    struct store_job job = add_job(p, 0);
    struct store_step step, other;
    take(p, "a", 0, "inspect", 0, &step);
    assert_int_equal(take_none(p, "b", 29), ERR_NOT_FOUND);
    assert_int_equal(store_step_claim(p->store, "b", &step, INSTANT(29), lease), ERR_BUSY);
    assert_int_equal(store_step_renew(p->store, "a", job.id, INSTANT(29), lease), OK);
    assert_int_equal(take_none(p, "b", 30), ERR_NOT_FOUND);
    assert_int_equal(take_none(p, "b", 58), ERR_NOT_FOUND);
    take(p, "b", 59, "inspect", 0, &other); /* 29 + 30: from its very end */
    assert_int_equal(store_step_renew(p->store, "a", job.id, INSTANT(60), lease), ERR_STATE);
    assert_int_equal(store_step_done(p->store, "a", &step), ERR_STATE);
    assert_int_equal(store_step_release(p->store, "a", &step, true, "x", INSTANT(60)), ERR_STATE);
    assert_int_equal(store_step_renew(p->store, "b", job.id, INSTANT(60), lease), OK);
    assert_int_equal(store_job_inspected(p->store, "b", job.id, "{}", 3, INSTANT(61)), OK);
    take(p, "b", 62, "sound", 0, &step);
    take(p, "b", 62, "piece", 0, &step);
    take(p, "a", 92, "sound", 0, &other); /* takes one of two: the holder of the other is told */
    assert_int_equal(store_step_claim(p->store, "b", &step, INSTANT(93), lease), OK);
    assert_int_equal(store_step_renew(p->store, "b", job.id, INSTANT(93), lease), ERR_STATE);
    assert_int_equal(store_step_renew(p->store, "b", job.id, INSTANT(93), lease), OK);
}

static void a_failing_step_is_tried_three_times_and_then_the_job_has_failed(void **state)
{
    struct place *p = *state;
    struct store_job job = add_job(p, 0);
    struct store_step step;
    take(p, "a", 0, "inspect", 0, &step);
    assert_int_equal(store_job_inspected(p->store, "a", job.id, "{}", 2, INSTANT(0)), OK);
    take(p, "a", 1, "sound", 0, &step);
    assert_int_equal(store_step_done(p->store, "a", &step), OK);
    for (int i = 0; i < 5; i++) { /* given back for no fault of its own: not counted */
        take(p, "a", 2, "piece", 0, &step);
        assert_int_equal(store_step_release(p->store, "a", &step, false, NULL, INSTANT(2)), OK);
    }
    for (int i = 1; i <= 3; i++) {
        assert_int_equal(get(p, job.id).state, JOB_RUNNING);
        take(p, "a", 3, "piece", 0, &step);
        assert_int_equal(
            store_step_release(p->store, "a", &step, true, "the \"disk\" is full", INSTANT(3)), OK);
        assert_int_equal(get(p, job.id).tries, i);
    }
    assert_int_equal(get(p, job.id).state, JOB_FAILED);
    assert_string_equal(get(p, job.id).refusals,
                        "[{\"code\":\"failed\",\"text\":\"the \\\"disk\\\" is full\"}]");
    assert_int_equal(take_none(p, "a", 4), ERR_NOT_FOUND);
    assert_int_equal(store_step_claim(p->store, "a", &step, INSTANT(4), lease), ERR_STATE);
    /* a retry goes on with what is done */
    assert_int_equal(store_job_move(p->store, job.id, JOB_QUEUED, NULL, INSTANT(5)), OK);
    assert_null(get(p, job.id).refusals);
    assert_int_equal(get(p, job.id).tries, 0);
    take(p, "a", 6, "piece", 0, &step);
}

static void a_cancelled_job_stops_its_workers_and_begins_anew_on_retry(void **state)
{
    struct place *p = *state;
    struct store_job job = add_job(p, 0);
    struct store_step step;
    take(p, "a", 0, "inspect", 0, &step);
    assert_int_equal(store_job_inspected(p->store, "a", job.id, "{}", 1, INSTANT(0)), OK);
    take(p, "a", 1, "sound", 0, &step);
    assert_int_equal(store_job_progress(p->store, job.id, "sound", 0.25, 7, INSTANT(1)), OK);
    assert_true(get(p, job.id).progress == 0.25);
    assert_int_equal(get(p, job.id).remaining_us, 7);
    assert_int_equal(store_job_move(p->store, job.id, JOB_CANCELLED, NULL, INSTANT(2)), OK);
    assert_int_equal(store_job_progress(p->store, job.id, "sound", 0.5, 7, INSTANT(3)), ERR_STATE);
    assert_int_equal(store_step_renew(p->store, "a", job.id, INSTANT(3), lease), ERR_STATE);
    assert_int_equal(store_step_done(p->store, "a", &step), ERR_STATE);
    assert_int_equal(store_job_move(p->store, job.id, JOB_QUEUED, NULL, INSTANT(4)), OK);
    assert_int_equal(store_step_renew(p->store, "a", job.id, INSTANT(5), lease), ERR_STATE);
    assert_int_equal(store_step_done(p->store, "a", &step), ERR_STATE);
    assert_int_equal(get(p, job.id).pieces, 0);
    take(p, "a", 6, "inspect", 0, &step);
}

static void jobs_move_only_as_drawn(void **state)
{
    struct place *p = *state;
    static const struct {
        enum job_state to;
        enum err err;
    } rows[] = {
        { JOB_REFUSED, ERR_STATE },   { JOB_FAILED, ERR_STATE },  { JOB_READY, ERR_STATE },
        { JOB_RUNNING, ERR_STATE },   { JOB_QUEUED, ERR_STATE },  { JOB_CANCELLED, OK },
        { JOB_CANCELLED, ERR_STATE }, { JOB_REFUSED, ERR_STATE }, { JOB_QUEUED, OK },
    };
    struct store_job job = add_job(p, 0);
    struct store_step step;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(store_job_move(p->store, job.id, rows[i].to, NULL, INSTANT(1)),
                         rows[i].err);
    take(p, "a", 2, "inspect", 0, &step);
    assert_int_equal(store_job_move(p->store, job.id, JOB_READY, NULL, INSTANT(3)), ERR_STATE);
    assert_int_equal(store_job_move(p->store, job.id, JOB_REFUSED, "[]", INSTANT(3)), OK);
    assert_string_equal(get(p, job.id).refusals, "[]");
    assert_int_equal(store_job_move(p->store, job.id, JOB_QUEUED, NULL, INSTANT(4)), OK);
    id_new(job.id.s);
    assert_int_equal(store_job_move(p->store, job.id, JOB_CANCELLED, NULL, INSTANT(1)),
                     ERR_NOT_FOUND);
}

static void the_oldest_job_comes_first_unless_one_is_named(void **state)
{
    struct place *p = *state;
    struct store_job newer = add_job(p, 10), older = add_job(p, 5), *list;
    struct store_step step;
    size_t n = 0;
    const char *next;
    assert_int_equal(store_step_take(p->store, "a", &newer.id, INSTANT(20), lease, &step), OK);
    assert_string_equal(step.job.s, newer.id.s);
    assert_int_equal(store_step_release(p->store, "a", &step, false, NULL, INSTANT(20)), OK);
    take(p, "a", 21, "inspect", 0, &step);
    assert_string_equal(step.job.s, older.id.s);
    assert_int_equal(store_job_move(p->store, older.id, JOB_CANCELLED, NULL, INSTANT(22)), OK);
    assert_int_equal(
        store_jobs_list(p->store, p->arena, &(struct job_filter){ .limit = 1 }, &list, &n, &next),
        OK);
    assert_int_equal(n, 1);
    assert_string_equal(list[0].id.s, newer.id.s);
    assert_int_equal(store_jobs_list(p->store, p->arena,
                                     &(struct job_filter){ .limit = 1, .after = next }, &list, &n,
                                     &next),
                     OK);
    assert_string_equal(list[0].id.s, older.id.s);
    assert_null(next);
    assert_int_equal(store_jobs_list(p->store, p->arena, &(struct job_filter){ .open_only = true },
                                     &list, &n, &next),
                     OK);
    assert_int_equal(n, 1);
}

static void workers_are_alive_while_they_are_seen(void **state)
{
    struct place *p = *state;
    unsigned count = 9;
    assert_int_equal(store_workers_alive(p->store, INSTANT(0), &count), OK);
    assert_int_equal(count, 0);
    assert_int_equal(store_worker_seen(p->store, "a", INSTANT(1)), OK);
    assert_int_equal(store_worker_seen(p->store, "b", INSTANT(5)), OK);
    assert_int_equal(store_worker_seen(p->store, "a", INSTANT(9)), OK);
    assert_int_equal(store_workers_alive(p->store, INSTANT(5), &count), OK);
    assert_int_equal(count, 2);
    assert_int_equal(store_workers_alive(p->store, INSTANT(6), &count), OK);
    assert_int_equal(count, 1);
}

/* ---- property: whatever workers do, every step is done once -------------------------------- */

enum { JOBS = 4, PIECES = 6, WORKERS = 5, HELD_MAX = 4 };

struct chance {
    uint64_t state;
};

static unsigned chance(struct chance *c, unsigned sides)
{
    c->state ^= c->state << 13;
    c->state ^= c->state >> 7;
    c->state ^= c->state << 17;
    return (unsigned)(c->state >> 33) % sides;
}

struct worker {
    char name[16];
    unsigned life, n;
    struct store_step held[HELD_MAX];
};

struct world {
    struct place *place;
    struct chance chance;
    struct store_job jobs[JOBS];
    unsigned done[JOBS][PIECES + 3]; /* inspect, sound, assemble, pieces */
    struct worker workers[WORKERS];
    int64_t now;
};

static unsigned *counter(struct world *w, const struct store_step *s)
{
    for (unsigned i = 0; i < JOBS; i++) {
        if (strcmp(w->jobs[i].id.s, s->job.s) != 0)
            continue;
        static const char *const kinds[] = { "inspect", "sound", "assemble" };
        for (unsigned k = 0; k < 3; k++) {
            if (strcmp(kinds[k], s->kind) == 0)
                return &w->done[i][k];
        }
        assert_true(s->number < PIECES);
        return &w->done[i][3 + s->number];
    }
    fail();
    return NULL;
}

static enum err finish(struct world *w, const char *name, const struct store_step *s)
{
    struct store_rendition one;
    struct store_edition edition = { 0 };
    char replaced[ID_TEXT];
    if (strcmp(s->kind, "inspect") == 0)
        return store_job_inspected(w->place->store, name, s->job, "{}", PIECES,
                                   (utc_time){ w->now });
    if (strcmp(s->kind, "assemble") != 0)
        return store_step_done(w->place->store, name, s);
    for (unsigned i = 0; i < JOBS; i++) {
        if (strcmp(w->jobs[i].id.s, s->job.s) == 0)
            edition = an_edition(w->jobs[i].playable, &one);
    }
    return store_job_ready(w->place->store, name, s->job, &edition, NULL, 0, (utc_time){ w->now },
                           replaced);
}

static void drop(struct worker *me, unsigned i)
{
    me->held[i] = me->held[--me->n];
}

static void act(struct world *w, struct worker *me)
{
    struct store *store = w->place->store;
    unsigned i = me->n > 0 ? chance(&w->chance, me->n) : 0;
    switch (chance(&w->chance, 8)) {
    case 0: /* dies; what it held stays held until the lease ends */
        snprintf(me->name, sizeof me->name, "%u-%u", (unsigned)(me - w->workers), ++me->life);
        me->n = 0;
        break;
    case 1:
        if (me->n > 0)
            (void)!store_step_renew(store, me->name, me->held[i].job, (utc_time){ w->now }, lease);
        break;
    case 2:
        if (me->n > 0) {
            (void)!store_step_release(store, me->name, &me->held[i], false, "",
                                      (utc_time){ w->now });
            drop(me, i);
        }
        break;
    case 3:
    case 4:
    case 5:
        if (me->n < HELD_MAX && store_step_take(store, me->name, NULL, (utc_time){ w->now }, lease,
                                                &me->held[me->n]) == OK)
            me->n++;
        break;
    default:
        if (me->n > 0) {
            enum err err = finish(w, me->name, &me->held[i]);
            assert_true(err == OK || err == ERR_STATE);
            if (err == OK)
                ++*counter(w, &me->held[i]);
            drop(me, i);
        }
    }
}

static bool all_ready(struct world *w)
{
    for (unsigned i = 0; i < JOBS; i++) {
        if (get(w->place, w->jobs[i].id).state != JOB_READY)
            return false;
    }
    return true;
}

static void no_step_is_done_twice_or_lost_whatever_workers_do(void **state)
{
    struct world w = { .place = *state, .now = INSTANT(100).us };
    for (uint64_t seed = 1; seed <= 6; seed++) {
        w.chance.state = seed * 0x9e3779b97f4a7c15u;
        memset(w.done, 0, sizeof w.done);
        for (unsigned i = 0; i < JOBS; i++)
            w.jobs[i] = add_job(w.place, (int)i);
        for (unsigned i = 0; i < WORKERS; i++) {
            w.workers[i] = (struct worker){ .life = (unsigned)seed * 1000 };
            snprintf(w.workers[i].name, sizeof w.workers[i].name, "%u-s%u", i, (unsigned)seed);
        }
        unsigned steps = 0;
        for (; !all_ready(&w) && steps < 20000; steps++) {
            w.now += chance(&w.chance, 10) * UTC_SECOND;
            act(&w, &w.workers[chance(&w.chance, WORKERS)]);
        }
        assert_true(steps < 20000);
        for (unsigned i = 0; i < JOBS; i++) {
            for (unsigned k = 0; k < PIECES + 3; k++)
                assert_int_equal(w.done[i][k], 1);
        }
    }
}

int main(void)
{
#define ROW(f) cmocka_unit_test_setup_teardown(f, place_make, place_clear)
    const struct CMUnitTest tests[] = {
        ROW(a_job_goes_from_inspection_to_ready_step_by_step),
        ROW(a_second_open_job_for_one_film_is_refused),
        ROW(a_lease_that_ended_is_taken_over_and_its_holder_is_told),
        ROW(a_failing_step_is_tried_three_times_and_then_the_job_has_failed),
        ROW(a_cancelled_job_stops_its_workers_and_begins_anew_on_retry),
        ROW(jobs_move_only_as_drawn),
        ROW(the_oldest_job_comes_first_unless_one_is_named),
        ROW(workers_are_alive_while_they_are_seen),
        ROW(no_step_is_done_twice_or_lost_whatever_workers_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
