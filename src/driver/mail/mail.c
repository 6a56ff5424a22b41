#include "driver/mail/mail.h"

#include <string.h>

#include "driver/mail/sink.h"

enum err mail_send(struct mail_sink *sink, const struct mail_letter *letter,
                   char why[MAIL_WHY_TEXT])
{
    why[0] = 0;
    if (atomic_load(&sink->is_interrupted))
        return ERR_CANCELLED;
    return sink->ops->send(sink, letter, why);
}

void mail_sink_interrupt(struct mail_sink *sink)
{
    atomic_store(&sink->is_interrupted, true);
}

void mail_sink_close(struct mail_sink **sink)
{
    if (*sink != NULL)
        (*sink)->ops->close(*sink);
    *sink = NULL;
}
