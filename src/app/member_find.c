#include "app/member_find.h"

#include <string.h>

#include "driver/store/members.h"

int app_member_find(struct app *app, const char *email, struct member *out)
{
    char key[256];
    const char *hash = NULL;
    if (member_email_key(email, strlen(email), key, sizeof key) != OK)
        return app_usage(app, "%s: must be an address as in name@example.org", email);
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = store_member_by_email(app->store, app->arena, key, out, &hash);
    if (err == ERR_NOT_FOUND)
        return app_fail(app, EXIT_REFUSED, "%s: there is no such member", email);
    return err == OK ? EXIT_OK : app_error(app, err, email);
}
