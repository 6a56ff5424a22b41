/* Writes the letters that the store knows as what they tell of. */
#ifndef LANTERNE_SERVICE_MAIL_COMPOSE_H
#define LANTERNE_SERVICE_MAIL_COMPOSE_H

#include "driver/store/letters.h"
#include "service/mail/mail.h"

/* The message of a letter with facts, in the arena. ERR_DENIED: it cannot be written, ever, why
 * says what is wrong; other errors are the store's. */
MUST_CHECK enum err mail_compose(const struct mail_service_params *params, struct arena *arena,
                                 const struct store_letter *letter, const void **data, size_t *n,
                                 char why[MAIL_WHY_TEXT]);

#endif
