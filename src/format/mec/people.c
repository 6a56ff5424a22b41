#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "format/mec/reading.h"

/* JobFunction of Common Metadata in our credit roles. */
static const struct {
    const char *said, *role;
} jobs[] = {
    { "actor", "actor" },
    { "voice", "actor" },
    { "guest", "actor" },
    { "performer", "actor" },
    { "director", "director" },
    { "writer", "writer" },
    { "screenwriter", "writer" },
    { "author", "writer" },
    { "producer", "producer" },
    { "executive producer", "producer" },
    { "executiveproducer", "producer" },
    { "composer", "composer" },
    { "music", "composer" },
    { "creator", "creator" },
    { "editor", "editor" },
    { "cinematographer", "cinematographer" },
    { "director of photography", "cinematographer" },
    { "host", "presenter" },
    { "presenter", "presenter" },
    { "narrator", "narrator" },
};

static const char *role_of(struct mec_reading *r, const char *said)
{
    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++)
        if (strcasecmp(said, jobs[i].said) == 0)
            return jobs[i].role;
    char *lower = arena_strdup(r->arena, said);
    for (char *c = lower; *c != 0; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return lower;
}

static void add_person(struct mec_reading *r, const xmlNode *person, const xmlNode *job,
                       struct mec_title *out)
{
    const char *name = mec_child_text(r, mec_child(person, "Name"), "DisplayName");
    const char *function = mec_child_text(r, job, "JobFunction");
    const char *order = mec_child_text(r, job, "BillingBlockOrder");
    const char *character = mec_child_text(r, job, "Character");
    const xmlNode *info = mec_child(job, "CharacterInfo");
    if (character == NULL)
        character = mec_child_text(r, mec_child(info, "CharacterName"), "DisplayName");
    int64_t place = 0;
    if (name == NULL || function == NULL) {
        mec_fault(r, person, true, "a person without %s is left out",
                  name == NULL ? "a Name/DisplayName" : "a JobFunction");
        return;
    }
    if (order != NULL && text_to_i64(order, strlen(order), 0, 100000, &place) != OK)
        mec_fault(r, job, true, "BillingBlockOrder %.40s is no place in an order", order);
    out->people[out->n_people++] = (struct mec_person){
        .job = role_of(r, function), .name = name, .character = character, .order = (int)place
    };
}

void mec_people_read(struct mec_reading *r, const xmlNode *basic, struct mec_title *out)
{
    size_t n = 0;
    const xmlNode *p, *job;
    for (p = mec_child(basic, "People"); p != NULL; p = mec_next(p, "People"))
        n += mec_count(p, "Job");
    out->people = ARENA_ARRAY(r->arena, struct mec_person, n);
    for (p = mec_child(basic, "People"); p != NULL; p = mec_next(p, "People"))
        for (job = mec_child(p, "Job"); job != NULL; job = mec_next(job, "Job"))
            add_person(r, p, job, out);
}
