#include "box/speak/speak.h"

#include <dlfcn.h>
#include <stdlib.h>

/* The library is opened when speech is switched on, so that a box without it needs nothing. Its
 * calls, as libspeechd.h of 0.8 and later has them. */
enum { SPD_MODE_THREADED = 1, SPD_PRIORITY_TEXT = 3 };

struct speak {
    void *library, *connection;
    void *(*open)(const char *client, const char *name, const char *user, int mode);
    void (*close)(void *connection);
    int (*say)(void *connection, int priority, const char *text);
    int (*cancel)(void *connection);
    int (*language)(void *connection, const char *code);
};

static bool find_calls(struct speak *s)
{
    /* POSIX lets dlsym's answer be a function; ISO C wants the detour. */
    *(void **)&s->open = dlsym(s->library, "spd_open");
    *(void **)&s->close = dlsym(s->library, "spd_close");
    *(void **)&s->say = dlsym(s->library, "spd_say");
    *(void **)&s->cancel = dlsym(s->library, "spd_cancel");
    *(void **)&s->language = dlsym(s->library, "spd_set_language");
    return s->open != NULL && s->close != NULL && s->say != NULL && s->cancel != NULL &&
           s->language != NULL;
}

struct speak *speak_open(void)
{
    struct speak *s = calloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
    s->library = dlopen("libspeechd.so.2", RTLD_NOW | RTLD_LOCAL);
    if (s->library != NULL && find_calls(s))
        s->connection = s->open("lanterne-box", "main", NULL, SPD_MODE_THREADED);
    if (s->connection == NULL)
        speak_close(&s);
    return s;
}

void speak_close(struct speak **speak)
{
    struct speak *s = *speak;
    *speak = NULL;
    if (s == NULL)
        return;
    if (s->connection != NULL)
        s->close(s->connection);
    if (s->library != NULL)
        dlclose(s->library);
    free(s);
}

void speak_say(struct speak *s, const char *text, const char *language)
{
    if (s == NULL || text == NULL || text[0] == '\0')
        return;
    s->cancel(s->connection);
    s->language(s->connection, language);
    s->say(s->connection, SPD_PRIORITY_TEXT, text);
}
