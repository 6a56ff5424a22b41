#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../driver/store/place.h"
#include "base/clock.h"
#include "service/ingest/lease.h"

static struct store_job job_of_two_pieces(struct place *p)
{
    struct title t = a_title(TITLE_FILM, "Metropolis", 0);
    struct store_job job = a_job(t.id, 0);
    struct store_step step;
    assert_int_equal(store_title_add(p->store, &t), OK);
    assert_int_equal(store_job_add(p->store, &job), OK);
    assert_int_equal(store_step_take(p->store, "a", NULL, clock_now(), LEASE_US, &step), OK);
    assert_int_equal(store_job_inspected(p->store, "a", job.id, "{}", 2, clock_now()), OK);
    return job;
}

static struct store_step claim(struct place *p, job_id job, uint32_t number)
{
    struct store_step step = { .job = job, .kind = "piece", .number = number };
    assert_int_equal(store_step_claim(p->store, "a", &step, clock_now(), LEASE_US), OK);
    return step;
}

static void holding_no_piece_between_two_is_no_loss(void **state)
{
    struct place *p = *state;
    struct store_job job = job_of_two_pieces(p);
    struct lease lease;
    struct store_step step = claim(p, job.id, 0);
    assert_int_equal(lease_init(&lease, p->store, "a", job.id), OK);
    lease_renew(&lease);
    assert_false(lease_is_lost(&lease));
    lease_gap_begin(&lease);
    assert_int_equal(store_step_done(p->store, "a", &step), OK);
    lease_renew(&lease);
    assert_false(lease_is_lost(&lease));
    claim(p, job.id, 1);
    lease_gap_end(&lease);
    lease_renew(&lease);
    assert_false(lease_is_lost(&lease));
    lease_finish(&lease);
}

static void a_cancelled_job_is_lost_between_two_pieces_as_well(void **state)
{
    struct place *p = *state;
    struct store_job job = job_of_two_pieces(p);
    struct lease lease;
    struct store_step step = claim(p, job.id, 0);
    assert_int_equal(lease_init(&lease, p->store, "a", job.id), OK);
    lease_gap_begin(&lease);
    assert_int_equal(store_step_done(p->store, "a", &step), OK);
    assert_int_equal(store_job_move(p->store, job.id, JOB_CANCELLED, NULL, clock_now()), OK);
    lease_renew(&lease);
    assert_true(lease_is_lost(&lease));
    lease_finish(&lease);
}

static void whose_step_went_in_a_retry_is_told(void **state)
{
    struct place *p = *state;
    struct store_job job = job_of_two_pieces(p);
    struct lease lease;
    struct store_step step;
    claim(p, job.id, 0);
    assert_int_equal(lease_init(&lease, p->store, "a", job.id), OK);
    assert_int_equal(store_job_move(p->store, job.id, JOB_CANCELLED, NULL, clock_now()), OK);
    assert_int_equal(store_job_move(p->store, job.id, JOB_QUEUED, NULL, clock_now()), OK);
    assert_int_equal(store_step_take(p->store, "b", NULL, clock_now(), LEASE_US, &step), OK);
    lease_renew(&lease);
    assert_true(lease_is_lost(&lease));
    lease_finish(&lease);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(holding_no_piece_between_two_is_no_loss, place_make,
                                        place_clear),
        cmocka_unit_test_setup_teardown(a_cancelled_job_is_lost_between_two_pieces_as_well,
                                        place_make, place_clear),
        cmocka_unit_test_setup_teardown(whose_step_went_in_a_retry_is_told, place_make,
                                        place_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
