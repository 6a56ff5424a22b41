#include "rules/viewing/streams.h"

#include <assert.h>
#include <string.h>

static const char *const words[N_STREAM_STOPS] = {
#define X(name, word) [name] = word,
    STREAM_STOP_TABLE(X)
#undef X
};

const char *stream_stop_name(enum stream_stop stop)
{
    assert((unsigned)stop < N_STREAM_STOPS);
    return words[stop];
}

bool stream_stop_parse(const char *name, enum stream_stop *out)
{
    for (unsigned i = 0; i < N_STREAM_STOPS; i++) {
        if (strcmp(words[i], name) == 0) {
            *out = (enum stream_stop)i;
            return true;
        }
    }
    return false;
}

bool stream_is_live(const struct stream *s, utc_time now)
{
    return s->stop == STREAM_RUNS && now.us < s->ends.us;
}

static int within(int seats)
{
    if (seats < 1)
        return 1;
    return seats < STREAM_SEATS_MAX ? seats : STREAM_SEATS_MAX;
}

int stream_seats(const struct member *member, int without_plan, utc_time now)
{
    const struct subscription *s = &member->subscription;
    if (member->role == MEMBER_ROLE_ADMINISTRATOR)
        return STREAM_SEATS_MAX;
    enum subscription_state state = subscription_state_at(s, now, NULL);
    bool runs = state == SUBSCRIPTION_TRIAL || state == SUBSCRIPTION_ACTIVE;
    return within(runs && s->streams > 0 ? s->streams : without_plan);
}

static bool is_same_screen(const struct stream *a, const struct stream *b)
{
    return strcmp(a->profile.s, b->profile.s) == 0 &&
           memcmp(a->session, b->session, sizeof a->session) == 0;
}

struct stream_seating stream_seat(const struct stream *all, size_t n, const struct stream *who,
                                  int seats, utc_time now)
{
    bool is_taken[STREAM_SEATS_MAX] = { false };
    struct stream_seating seating = { .seat = -1 };
    int others = 0; /* some may sit past the seats that the account has by now */
    for (size_t i = 0; i < n; i++) {
        const struct stream *s = &all[i];
        if (!stream_is_live(s, now) || strcmp(s->playback.s, who->playback.s) == 0)
            continue;
        if (is_same_screen(s, who))
            seating.replaces = s;
        else {
            assert(s->seat >= 0 && s->seat < STREAM_SEATS_MAX);
            is_taken[s->seat] = true;
            others++;
        }
    }
    for (int i = 0; others < within(seats) && seating.seat < 0; i++)
        if (!is_taken[i])
            seating.seat = i;
    return seating;
}

enum stream_stop stream_stop_of(const struct viewing_verdict *verdict, const struct stream *s,
                                const char *territory)
{
    bool has_moved = strcmp(s->territory, territory) != 0;
    switch (verdict->reason) {
    case VIEWING_PLAY: return STREAM_RUNS;
    case VIEWING_NOT_PUBLISHED:
    case VIEWING_NOT_READY: return STREAM_WITHDRAWN;
    case VIEWING_TERRITORY: return STREAM_TERRITORY;
    case VIEWING_LOCKED:
    case VIEWING_AGE: return has_moved ? STREAM_TERRITORY : STREAM_PROFILE;
    case VIEWING_JOIN:
    case VIEWING_SUBSCRIBE:
    case VIEWING_RENT:
        if (s->by_rental)
            return STREAM_RENTAL;
        if (verdict->reason != VIEWING_RENT)
            return STREAM_SUBSCRIPTION;
        break;
    default: break;
    }
    return has_moved ? STREAM_TERRITORY : STREAM_WINDOW;
}
