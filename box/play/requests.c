#include "box/play/requests.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <glib-object.h>

#include "base/clock.h"
#include "base/text.h"

enum {
    HEADER_MAX = 512,
    ASKED = 4,
    ASKED_NAME = 128,
    /* A request made again within AGAIN_US of the last one waits for so long. */
    AGAIN_US = 400 * 1000,
    AGAIN_WAIT_US = 250 * 1000
};

struct requests {
    struct requests *next;
    char *first; /* base of the address that the demuxer was given */
    char *base;  /* of the newest pass */
    char *name;  /* of the manifest, after its base */
    char *agent, *session_id, *content_id;
    struct requests_state state;
    bool was_starved;
    int picture;
    size_t n_renditions;
    struct manifest_rendition renditions[2 * MANIFEST_TRACKS_MAX];
    uint64_t top_rate[2]; /* of a kind */
    struct {
        char rest[ASKED_NAME];
        int64_t at;
    } asked[ASKED]; /* a ring: pictures and sound are asked for side by side */
    unsigned next_asked;
};

/* All that live, and the lock of them and of what is in them. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct requests *all;

/* ---- libsoup 3, as the demuxer loads it ---- */

static struct {
    GType (*session_type)(void);
    GUri *(*get_uri)(void *message);
    void (*set_uri)(void *message, GUri *uri);
    void *(*get_headers)(void *message);
    void (*replace)(void *headers, const char *name, const char *value);
    void (*remove)(void *headers, const char *name);
} soup;

static bool load_soup(void)
{
    /* Loaded before the demuxer looks for it: it then takes this one, and not another version. */
    void *library = dlopen("libsoup-3.0.so.0", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    const struct {
        const char *name;
        void *to;
    } symbols[] = { { "soup_session_get_type", &soup.session_type },
                    { "soup_message_get_uri", &soup.get_uri },
                    { "soup_message_set_uri", &soup.set_uri },
                    { "soup_message_get_request_headers", &soup.get_headers },
                    { "soup_message_headers_replace", &soup.replace },
                    { "soup_message_headers_remove", &soup.remove } };
    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
        void *symbol = library == NULL ? NULL : dlsym(library, symbols[i].name);
        if (symbol == NULL)
            return false;
        memcpy(symbols[i].to, &symbol, sizeof symbol);
    }
    return true;
}

/* ---- the requests ---- */

/* As libsoup reads and writes addresses, so that two can be compared. */
static const GUriFlags uri_flags = G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED_PATH |
                                   G_URI_FLAGS_ENCODED_QUERY | G_URI_FLAGS_ENCODED_FRAGMENT |
                                   G_URI_FLAGS_SCHEME_NORMALIZE;

/* The base of an address; the caller's to free. */
static char *base_of(const char *address)
{
    GUri *uri = g_uri_parse(address, uri_flags, NULL);
    char *text = uri == NULL ? NULL : g_uri_to_string(uri);
    if (uri != NULL)
        g_uri_unref(uri);
    char *base = text == NULL ? strndup(address, requests_base(address))
                              : strndup(text, requests_base(text));
    g_free(text);
    return base;
}

size_t requests_base(const char *address)
{
    size_t end = strcspn(address, "?#"), start = 0;
    const char *host = strstr(address, "://");
    if (host != NULL && (size_t)(host - address) < end)
        start = (size_t)(host - address) + 3;
    while (end > start && address[end - 1] != '/')
        end--;
    return end;
}

static struct requests *owner_of(const char *address, const char **rest)
{
    for (struct requests *r = all; r != NULL; r = r->next) {
        const char *const bases[] = { r->first, r->base };
        for (size_t i = 0; i < 2; i++) {
            size_t n = strlen(bases[i]);
            if (strncmp(address, bases[i], n) == 0) {
                *rest = address + n;
                return r;
            }
        }
    }
    return NULL;
}

/* NAME/init.mp4, NAME/12.m4s */
static const struct manifest_rendition *rendition_of(struct requests *r, const char *rest)
{
    size_t n = strcspn(rest, "/");
    for (size_t i = 0; i < r->n_renditions; i++) {
        if (strlen(r->renditions[i].id) == n && memcmp(r->renditions[i].id, rest, n) == 0)
            return &r->renditions[i];
    }
    return NULL;
}

static struct cmcd said_of(struct requests *r, const char *rest)
{
    const struct manifest_rendition *m = rendition_of(r, rest);
    struct cmcd c = { .session_id = r->session_id,
                      .content_id = r->content_id,
                      .object = CMCD_MANIFEST,
                      .throughput = r->state.throughput,
                      .is_starting = r->state.is_starting,
                      .was_starved = r->was_starved };
    if (m == NULL)
        return c;
    c.object = m->kind == MANIFEST_VIDEO ? CMCD_VIDEO : CMCD_AUDIO;
    if (strstr(rest, "init") != NULL)
        c.object = CMCD_INIT;
    c.bit_rate = m->bit_rate;
    c.top_rate = r->top_rate[m->kind];
    c.has_buffer = true;
    c.buffer = m->kind == MANIFEST_VIDEO ? r->state.buffer_video : r->state.buffer_audio;
    if (m->kind == MANIFEST_VIDEO && c.object == CMCD_VIDEO)
        r->picture = (int)(m - r->renditions);
    return c;
}

static void say(struct requests *r, const char *rest, void *headers)
{
    struct cmcd c = said_of(r, rest);
    for (unsigned i = 0; i < CMCD_HEADERS; i++) {
        struct buf value;
        buf_init(&value, HEADER_MAX);
        cmcd_put(&c, i, &value);
        if (value.size > 0 && value.err == OK)
            soup.replace(headers, cmcd_names[i], buf_string(&value));
        buf_finish(&value);
    }
    r->was_starved = false;
    if (r->agent != NULL)
        soup.replace(headers, "User-Agent", r->agent);
    soup.remove(headers, "Referer"); /* the name that the demuxer has for memory */
}

/* Whether this was asked a moment ago: the demuxer tries again without a pause. */
static bool is_hasty(struct requests *r, const char *rest)
{
    int64_t now = clock_monotonic_us();
    for (unsigned i = 0; i < ASKED; i++) {
        if (strncmp(r->asked[i].rest, rest, ASKED_NAME - 1) != 0)
            continue;
        bool hasty = now - r->asked[i].at < AGAIN_US;
        r->asked[i].at = now;
        return hasty;
    }
    (void)text_copy(r->asked[r->next_asked].rest, ASKED_NAME, rest);
    r->asked[r->next_asked].at = now;
    r->next_asked = (r->next_asked + 1) % ASKED;
    return false;
}

static void set_uri(void *message, const char *base, const char *rest)
{
    char *address = g_strconcat(base, rest, NULL);
    GUri *uri = g_uri_parse(address, uri_flags, NULL);
    if (uri != NULL) {
        soup.set_uri(message, uri);
        g_uri_unref(uri);
    }
    g_free(address);
}

/* A redirect was followed: to the same address under another pass? */
static void on_restarted(void *message, void *unused)
{
    (void)unused;
    const char *rest = g_object_get_data(message, "lanterne-rest");
    char *address = g_uri_to_string(soup.get_uri(message));
    size_t n = strlen(address), tail = rest == NULL ? 0 : strlen(rest);
    pthread_mutex_lock(&lock);
    for (struct requests *r = all; r != NULL && tail > 0 && n > tail; r = r->next) {
        bool is_its = g_object_get_data(message, "lanterne-owner") == r;
        if (!is_its || strcmp(address + n - tail, rest) != 0 || address[n - tail - 1] != '/')
            continue;
        free(r->base);
        r->base = strndup(address, n - tail);
    }
    pthread_mutex_unlock(&lock);
    g_free(address);
}

static gboolean on_queued(GSignalInvocationHint *hint, guint n, const GValue *values, void *unused)
{
    (void)hint;
    (void)unused;
    if (n < 2)
        return TRUE;
    void *message = g_value_get_object(&values[1]);
    char *address = g_uri_to_string(soup.get_uri(message));
    const char *rest = NULL;
    bool hasty = false;
    pthread_mutex_lock(&lock);
    struct requests *r = owner_of(address, &rest);
    if (r != NULL) {
        set_uri(message, r->base, rest);
        say(r, rest, soup.get_headers(message));
        hasty = is_hasty(r, rest);
        g_object_set_data(message, "lanterne-owner", r);
        g_object_set_data_full(message, "lanterne-rest", g_strdup(rest), g_free);
        g_signal_connect(message, "restarted", G_CALLBACK(on_restarted), NULL);
    }
    pthread_mutex_unlock(&lock);
    g_free(address);
    if (hasty)
        g_usleep(AGAIN_WAIT_US);
    return TRUE; /* to be called again */
}

static void hook(void)
{
    if (!load_soup())
        return;
    GType type = soup.session_type();
    g_type_ensure(type);
    gpointer class = g_type_class_ref(type); /* for the life of the process: signals are its */
    guint id = g_signal_lookup("request-queued", type);
    if (class != NULL && id != 0)
        g_signal_add_emission_hook(id, 0, on_queued, NULL, NULL);
}

/* ---- */

static char *copy_of(const char *text)
{
    return text == NULL ? NULL : strdup(text);
}

enum err requests_create(const struct requests_params *params, struct requests **out)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, hook);
    struct requests *r = calloc(1, sizeof *r);
    if (r == NULL)
        return ERR_MEMORY;
    size_t n = requests_base(params->manifest);
    r->first = base_of(params->manifest);
    r->base = base_of(params->manifest);
    r->name = strdup(params->manifest + n);
    r->agent = copy_of(params->agent);
    r->session_id = copy_of(params->session_id);
    r->content_id = copy_of(params->content_id);
    r->state.is_starting = true;
    r->picture = -1;
    pthread_mutex_lock(&lock);
    r->next = all;
    all = r;
    pthread_mutex_unlock(&lock);
    *out = r;
    return OK;
}

void requests_destroy(struct requests **requests)
{
    struct requests *r = *requests;
    *requests = NULL;
    if (r == NULL)
        return;
    pthread_mutex_lock(&lock);
    struct requests **at = &all;
    while (*at != r)
        at = &(*at)->next;
    *at = r->next;
    pthread_mutex_unlock(&lock);
    free(r->first);
    free(r->base);
    free(r->name);
    free(r->agent);
    free(r->session_id);
    free(r->content_id);
    free(r);
}

void requests_set_manifest(struct requests *r, const struct manifest *manifest, const char *address)
{
    pthread_mutex_lock(&lock);
    free(r->first);
    free(r->base);
    free(r->name);
    r->first = base_of(address);
    r->base = base_of(address);
    r->name = strdup(address + requests_base(address));
    r->n_renditions = manifest->n_renditions;
    memcpy(r->renditions, manifest->renditions, sizeof r->renditions);
    memset(r->top_rate, 0, sizeof r->top_rate);
    for (size_t i = 0; i < r->n_renditions; i++) {
        uint64_t *top = &r->top_rate[r->renditions[i].kind];
        *top = r->renditions[i].bit_rate > *top ? r->renditions[i].bit_rate : *top;
    }
    r->picture = -1;
    pthread_mutex_unlock(&lock);
}

void requests_set_address(struct requests *r, const char *manifest)
{
    size_t n = requests_base(manifest);
    pthread_mutex_lock(&lock);
    free(r->base);
    free(r->name);
    r->base = base_of(manifest);
    r->name = strdup(manifest + n);
    pthread_mutex_unlock(&lock);
}

void requests_address(struct requests *r, char *out, size_t room)
{
    pthread_mutex_lock(&lock);
    size_t base = strlen(r->base), name = strlen(r->name);
    out[0] = 0;
    if (base + name < room) {
        memcpy(out, r->base, base);
        memcpy(out + base, r->name, name + 1);
    }
    pthread_mutex_unlock(&lock);
}

void requests_set_state(struct requests *r, const struct requests_state *state)
{
    pthread_mutex_lock(&lock);
    r->state = *state;
    pthread_mutex_unlock(&lock);
}

void requests_starved(struct requests *r)
{
    pthread_mutex_lock(&lock);
    r->was_starved = true;
    pthread_mutex_unlock(&lock);
}

int requests_picture(struct requests *r)
{
    pthread_mutex_lock(&lock);
    int picture = r->picture;
    pthread_mutex_unlock(&lock);
    return picture;
}

void requests_cmcd(struct requests *r, enum cmcd_object object, unsigned header, struct buf *out)
{
    pthread_mutex_lock(&lock);
    struct cmcd c = { .session_id = r->session_id,
                      .content_id = r->content_id,
                      .object = object,
                      .is_starting = r->state.is_starting };
    cmcd_put(&c, header, out);
    pthread_mutex_unlock(&lock);
}
