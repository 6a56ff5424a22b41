/* Rows of members to structs; shared by members.c and profiles.c. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_MEMBER_ROWS_H
#define LANTERNE_DRIVER_STORE_MEMBER_ROWS_H

#include "driver/store/members.h"
#include "driver/store/sql.h"

#define MEMBER_COLUMNS                                                                             \
    "m.id, m.role, m.email, m.language, m.territory, m.created, m.trial_from, m.trial_until,"      \
    " m.paid_from, m.paid_until"
enum { MEMBER_COLUMN_COUNT = 10 };
/* Of a query that begins with MEMBER_COLUMNS; what cannot be read sticks in it. */
void member_read(struct query *q, struct arena *arena, struct member *out);
/* The first profile of a member who was just added. */
MUST_CHECK enum err profile_add_main(struct connection *c, const struct member *member);

#endif
