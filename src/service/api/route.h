/* The one table of routes: what is not in it does not exist. Tests hold docs/openapi.yaml and the
 * matrix of roles against it. */
#ifndef LANTERNE_SERVICE_API_ROUTE_H
#define LANTERNE_SERVICE_API_ROUTE_H

#include "base/id.h"
#include "driver/http/server.h"

struct api_call;

enum api_role {
    API_OPEN,          /* nobody is asked who they are */
    API_ANYONE,        /* visitors too; who is signed in is known */
    API_MEMBER,        /* whoever is signed in */
    API_ADMINISTRATOR, /* the house */
};

enum api_body {
    API_NO_BODY,
    API_BODY,         /* a JSON object is needed */
    API_BODY_OR_NONE, /* none means {} */
    API_BODY_RAW,     /* bytes of any type, which the handler reads itself */
    API_BODY_OAUTH,   /* a form or a JSON object; the route speaks OAuth (oauth.h) */
};

struct api_route {
    enum http_method method;
    const char *pattern; /* {id} stands for one id, {code} for one territory's, {user_code} for what
                            somebody typed */
    enum api_role role;
    enum api_body body;
    void (*handle)(struct api_call *call);
};

extern const struct api_route api_routes[];
extern const size_t n_api_routes;

/* The route of a request, its {id} or the like in id ("" when it has none); HEAD goes where GET
 * goes. NULL: *path_known says whether the path has routes for other methods, and allow lists them
 * ("GET, HEAD, PATCH"). */
enum { ROUTE_ALLOW_MAX = 64 };
const struct api_route *route_find(enum http_method method, const char *path, char id[ID_TEXT],
                                   char allow[ROUTE_ALLOW_MAX]);

const char *route_method_name(enum http_method method);
const char *route_role_name(enum api_role role);

#endif
