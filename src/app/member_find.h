/* The member whom an operand names. */
#ifndef LANTERNE_APP_MEMBER_FIND_H
#define LANTERNE_APP_MEMBER_FIND_H

#include "app/app.h"
#include "rules/members/member.h"

/* Opens the store and finds the member of an address; the exit code, said when it is not EXIT_OK.
 */
int app_member_find(struct app *app, const char *email, struct member *out);

#endif
