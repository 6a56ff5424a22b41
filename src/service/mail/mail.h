/* Sends what is in the outbox, by a thread of its own: at once, and when that fails again after
 * waits that grow from a minute to four hours, for three days. A letter is sent once, unless
 * whoever sent it died before the store knew: then it goes again, with the same Message-ID. */
#ifndef LANTERNE_SERVICE_MAIL_MAIL_H
#define LANTERNE_SERVICE_MAIL_MAIL_H

#include "driver/mail/mail.h"
#include "driver/password/password.h"
#include "driver/store/store.h"

struct mail_service_params {
    struct store *store;
    struct mail_sink *sink;
    const struct secret_key *key; /* letters are sealed with */
    /* what letters that are written here say of the house: its name, the site's address without a
     * slash at the end, whose letters they are, and the one plan of a house that has no plans */
    const char *name, *home, *from, *plan_name;
};

#define MAIL_GIVE_UP_US (3 * UTC_DAY)

/* How long the next try waits after so many. */
int64_t mail_wait_us(unsigned tries);

struct mail_service;
/* What is pointed to must outlive it. */
MUST_CHECK enum err mail_service_start(const struct mail_service_params *params,
                                       struct mail_service **out);
/* Ends the thread, in the middle of a letter if need be. Nothing to do for NULL inside. */
void mail_service_stop(struct mail_service **service);

#endif
