/* Rows of members to structs; shared by members.c and profiles.c. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_MEMBER_ROWS_H
#define LANTERNE_DRIVER_STORE_MEMBER_ROWS_H

#include "driver/store/members.h"
#include "driver/store/sql.h"

/* What is entitled to is kept by the membership, which not every member has. */
#define MEMBER_COLUMNS                                                                             \
    "m.id, m.role, m.email, m.language, m.territory, m.created, b.trial_from, b.trial_until,"      \
    " b.paid_from, b.paid_until, m.email_verified,"                                                \
    " (SELECT f.since FROM second_factor f WHERE f.member = m.id), b.grace_until,"                 \
    " b.picture_lines, b.streams"
enum { MEMBER_COLUMN_COUNT = 15 };
#define MEMBER_TABLES "member m LEFT JOIN membership b ON b.number = m.membership"
/* Of a query that begins with MEMBER_COLUMNS of MEMBER_TABLES; what cannot be read sticks in it. */
void member_read(struct query *q, struct arena *arena, struct member *out);
/* Parts of other transactions: what store_member_add and store_member_password do. */
MUST_CHECK enum err member_insert(struct connection *c, const struct member *member,
                                  const char *password_hash);
MUST_CHECK enum err member_put_password(struct connection *c, member_id id, const char *hash,
                                        const uint8_t keep[32]);
/* The first profile of a member who was just added. */
MUST_CHECK enum err profile_add_main(struct connection *c, const struct member *member);

#endif
