/* The table behind mail_send. Only for driver/mail. */
#ifndef LANTERNE_DRIVER_MAIL_SINK_H
#define LANTERNE_DRIVER_MAIL_SINK_H

#include <stdatomic.h>

#include "driver/mail/mail.h"

struct mail_sink_ops {
    enum err (*send)(struct mail_sink *sink, const struct mail_letter *letter,
                     char why[MAIL_WHY_TEXT]);
    void (*close)(struct mail_sink *sink); /* frees it */
};
/* The first member of every kind's own struct. */
struct mail_sink {
    const struct mail_sink_ops *ops;
    atomic_bool is_interrupted;
};

#endif
