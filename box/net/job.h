/* One request under way. The client's own. */
#ifndef LANTERNE_BOX_NET_JOB_H
#define LANTERNE_BOX_NET_JOB_H

#include <curl/curl.h>

#include "base/buf.h"
#include "box/net/client.h"

struct job {
    struct job *next;
    struct ask ask; /* its texts are of mem */
    char *token;    /* of who asked, then: signing out is still said by who was signed in */
    struct arena *mem;
    CURL *easy; /* NULL: not under way */
    struct curl_slist *headers;
    struct buf body;
    unsigned attempts;
    int64_t due_us; /* not to be begun before */
    bool is_dropped;
    unsigned retry_after;
    utc_time server_time;
};

struct job_place {
    const char *server, *agent, *language;
};

/* token: NULL without. */
struct job *job_create(const struct ask *ask, const char *token);
void job_destroy(struct job **job);
/* Makes its handle ready to be added. ERR_MEMORY: it cannot. */
MUST_CHECK enum err job_begin(struct job *j, const struct job_place *place);
/* Gives the handle back, ready to begin again. */
void job_end(struct job *j);
/* Whether it is to be tried again, and then due_us is when. */
bool job_goes_again(struct job *j, CURLcode result, long status, int64_t now_us);
/* What became of it. Takes the job's body. */
void job_answer(struct job *j, CURLcode result, long status, struct answer *out);

#endif
