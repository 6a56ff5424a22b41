#include "box/speak/speak.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/text.h"

/* The library is opened when speech is switched on, so that a box without it needs nothing. Its
 * calls, as libspeechd.h of 0.8 and later has them. They wait for the daemon, which may hang: a
 * thread makes them, and what it cannot say in time is left out. */
enum { SPD_MODE_THREADED = 1, SPD_PRIORITY_TEXT = 3, TEXT_BYTES = 1024, PATIENCE_MS = 500 };

struct speak {
    pthread_t thread;
    pthread_mutex_t lock; /* below */
    pthread_cond_t there_is_more;
    char text[TEXT_BYTES], language[36]; /* text "": nothing is to be said */
    bool is_ending;
};

struct voice {
    void *module, *connection;
    void *(*open)(const char *client, const char *name, const char *user, int mode);
    void (*close)(void *connection);
    int (*say)(void *connection, int priority, const char *text);
    int (*cancel)(void *connection);
    int (*language)(void *connection, const char *code);
};

static bool find_calls(struct voice *v)
{
    /* POSIX lets dlsym's answer be a function; ISO C wants the detour. */
    *(void **)&v->open = dlsym(v->module, "spd_open");
    *(void **)&v->close = dlsym(v->module, "spd_close");
    *(void **)&v->say = dlsym(v->module, "spd_say");
    *(void **)&v->cancel = dlsym(v->module, "spd_cancel");
    *(void **)&v->language = dlsym(v->module, "spd_set_language");
    return v->open != NULL && v->close != NULL && v->say != NULL && v->cancel != NULL &&
           v->language != NULL;
}

/* False: what was there has ended. */
static bool next(struct speak *s, char text[TEXT_BYTES], char language[36])
{
    pthread_mutex_lock(&s->lock);
    while (!s->is_ending && s->text[0] == '\0')
        pthread_cond_wait(&s->there_is_more, &s->lock);
    bool goes_on = !s->is_ending;
    (void)text_copy(text, TEXT_BYTES, s->text);
    (void)text_copy(language, sizeof s->language, s->language);
    s->text[0] = '\0';
    pthread_mutex_unlock(&s->lock);
    return goes_on;
}

static void *run(void *context)
{
    struct speak *s = context;
    struct voice v = { .module = dlopen("libspeechd.so.2", RTLD_NOW | RTLD_LOCAL) };
    char text[TEXT_BYTES], language[36];
    if (v.module != NULL && find_calls(&v))
        v.connection = v.open("lanterne-box", "main", NULL, SPD_MODE_THREADED);
    while (next(s, text, language)) {
        if (v.connection == NULL)
            continue; /* there is no speech here */
        v.cancel(v.connection);
        v.language(v.connection, language);
        v.say(v.connection, SPD_PRIORITY_TEXT, text);
    }
    if (v.connection != NULL)
        v.close(v.connection);
    if (v.module != NULL)
        dlclose(v.module);
    return NULL;
}

struct speak *speak_open(void)
{
    struct speak *s = calloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->there_is_more, NULL);
    if (pthread_create(&s->thread, NULL, run, s) == 0)
        return s;
    pthread_cond_destroy(&s->there_is_more);
    pthread_mutex_destroy(&s->lock);
    free(s);
    return NULL;
}

/* A thread that hangs keeps what is its own, and ends with the process. */
void speak_close(struct speak **speak)
{
    struct speak *s = *speak;
    struct timespec until;
    *speak = NULL;
    if (s == NULL)
        return;
    pthread_mutex_lock(&s->lock);
    s->is_ending = true;
    pthread_cond_signal(&s->there_is_more);
    pthread_mutex_unlock(&s->lock);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += PATIENCE_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    if (pthread_timedjoin_np(s->thread, NULL, &until) != 0) {
        pthread_detach(s->thread);
        return;
    }
    pthread_cond_destroy(&s->there_is_more);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

void speak_say(struct speak *s, const char *text, const char *language)
{
    if (s == NULL || text == NULL || text[0] == '\0')
        return;
    pthread_mutex_lock(&s->lock);
    (void)text_copy(s->text, sizeof s->text, text);
    (void)text_copy(s->language, sizeof s->language, language);
    pthread_cond_signal(&s->there_is_more);
    pthread_mutex_unlock(&s->lock);
}
