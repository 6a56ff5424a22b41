/* What the changes of a production share. Inside service/production only. */
#ifndef LANTERNE_SERVICE_PRODUCTION_CHANGE_H
#define LANTERNE_SERVICE_PRODUCTION_CHANGE_H

#include "service/production/production.h"

struct arrival;
struct changing {
    struct production_desk *desk;
    const struct production_change *change;
    const struct arrival *arrival; /* of deliver.c; NULL elsewhere */
};

/* Changes *p, which was just loaded, or says why not. May run several times. */
typedef enum err change_fn(const struct changing *c, struct production *p);
MUST_CHECK enum err change_make(const struct changing *c, change_fn *judge, struct production *out);

/* ERR_STATE with this as why. */
MUST_CHECK enum err change_refuse(struct production_desk *desk, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The delivery of an episode; season -1: of the only season. NULL: none was ordered. */
struct delivery *change_delivery(const struct production *p, int season, int episode);

#endif
