/* An SMTP server, by libcurl. The connection is kept for the letters that follow soon. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver/mail/sink.h"

enum { TIMEOUT_USUAL = 60, CONNECT_SECONDS = 20, STALL_SECONDS = 30, VERB = 5 };

struct smtp_sink {
    struct mail_sink sink;
    CURL *curl;
    struct curl_slist *recipients;
    char why[CURL_ERROR_SIZE];
    char verb[VERB]; /* of the last command: "RCPT" */
    bool is_refused;
    char said[MAIL_WHY_TEXT]; /* the server's last refusal */
    const uint8_t *at;
    size_t left;
};

static size_t read_message(char *out, size_t size, size_t count, void *context)
{
    struct smtp_sink *s = context;
    size_t n = size * count;
    n = n < s->left ? n : s->left;
    memcpy(out, s->at, n);
    s->at += n;
    s->left -= n;
    return n;
}

static int look_up(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    (void)a;
    (void)b;
    (void)c;
    (void)d;
    return atomic_load(&((struct smtp_sink *)context)->sink.is_interrupted);
}

/* Keeps an eye on the talk: 55z to RCPT or to DATA and what follows it is about this letter. What
 * else is refused, the sender or the password, is about how we are set up, and may be mended. */
static int note_command(CURL *curl, curl_infotype type, char *data, size_t n, void *context)
{
    struct smtp_sink *s = context;
    (void)curl;
    if (type == CURLINFO_HEADER_OUT && n >= VERB - 1)
        memcpy(s->verb, data, VERB - 1);
    bool of_letter = memcmp(s->verb, "RCPT", 4) == 0 || memcmp(s->verb, "DATA", 4) == 0;
    if (type == CURLINFO_HEADER_IN && n > 2 && memcmp(data, "55", 2) == 0 && of_letter) {
        s->is_refused = true;
        snprintf(s->said, sizeof s->said, "%.*s", (int)n, data);
    } else if (type == CURLINFO_HEADER_IN && n > 2 && (data[0] == '4' || data[0] == '5')) {
        snprintf(s->said, sizeof s->said, "%.*s", (int)n, data);
    }
    return 0;
}

static enum err meaning_of(const struct smtp_sink *s, CURLcode code)
{
    if (s->is_refused)
        return ERR_DENIED;
    switch (code) {
    case CURLE_ABORTED_BY_CALLBACK: return ERR_CANCELLED;
    case CURLE_OPERATION_TIMEDOUT: return ERR_TIMEOUT;
    case CURLE_OUT_OF_MEMORY: return ERR_MEMORY;
    default: return ERR_IO;
    }
}

/* What the server said, without what could break a line of the log. */
static void tell(const struct smtp_sink *s, CURLcode code, char why[MAIL_WHY_TEXT])
{
    const char *said = s->said[0] != 0  ? s->said
                       : s->why[0] != 0 ? s->why
                                        : curl_easy_strerror(code);
    size_t n = strcspn(said, "\r\n");
    snprintf(why, MAIL_WHY_TEXT, "%.*s", (int)(n < MAIL_WHY_TEXT ? n : MAIL_WHY_TEXT - 1), said);
    for (char *c = why; *c != 0; c++)
        if ((unsigned char)*c < 32 || (unsigned char)*c > 126)
            *c = '?';
}

static enum err smtp_send(struct mail_sink *sink, const struct mail_letter *letter,
                          char why[MAIL_WHY_TEXT])
{
    struct smtp_sink *s = (struct smtp_sink *)sink;
    s->recipients = curl_slist_append(NULL, letter->to);
    if (s->recipients == NULL)
        return ERR_MEMORY;
    s->why[0] = s->said[0] = 0;
    memset(s->verb, 0, sizeof s->verb);
    s->is_refused = false;
    s->at = letter->data;
    s->left = letter->size;
    curl_easy_setopt(s->curl, CURLOPT_MAIL_RCPT, s->recipients);
    curl_easy_setopt(s->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)letter->size);
    CURLcode code = curl_easy_perform(s->curl);
    curl_easy_setopt(s->curl, CURLOPT_MAIL_RCPT, NULL);
    curl_slist_free_all(s->recipients);
    s->recipients = NULL;
    if (code == CURLE_OK)
        return OK;
    tell(s, code, why);
    return meaning_of(s, code);
}

static void smtp_close(struct mail_sink *sink)
{
    struct smtp_sink *s = (struct smtp_sink *)sink;
    curl_easy_cleanup(s->curl);
    free(s);
    curl_global_cleanup();
}

static void set_options(struct smtp_sink *s, const struct mail_smtp_params *p)
{
    bool signs_in = p->user != NULL && p->user[0] != 0;
    long timeout = p->timeout_seconds > 0 ? (long)p->timeout_seconds : TIMEOUT_USUAL;
    curl_easy_setopt(s->curl, CURLOPT_URL, p->url);
    curl_easy_setopt(s->curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(s->curl, CURLOPT_MAIL_FROM, p->from);
    curl_easy_setopt(s->curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(s->curl, CURLOPT_READFUNCTION, read_message);
    curl_easy_setopt(s->curl, CURLOPT_READDATA, s);
    curl_easy_setopt(s->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(s->curl, CURLOPT_PROXY, "");
    curl_easy_setopt(s->curl, CURLOPT_ERRORBUFFER, s->why);
    curl_easy_setopt(s->curl, CURLOPT_TIMEOUT, timeout);
    curl_easy_setopt(s->curl, CURLOPT_CONNECTTIMEOUT,
                     timeout < CONNECT_SECONDS ? timeout : CONNECT_SECONDS);
    curl_easy_setopt(s->curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(s->curl, CURLOPT_LOW_SPEED_TIME, (long)STALL_SECONDS);
    curl_easy_setopt(s->curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(s->curl, CURLOPT_XFERINFOFUNCTION, look_up);
    curl_easy_setopt(s->curl, CURLOPT_XFERINFODATA, s);
    curl_easy_setopt(s->curl, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(s->curl, CURLOPT_DEBUGFUNCTION, note_command);
    curl_easy_setopt(s->curl, CURLOPT_DEBUGDATA, s);
    /* A password never goes over a line that is not encrypted. */
    curl_easy_setopt(s->curl, CURLOPT_USE_SSL, signs_in ? CURLUSESSL_ALL : CURLUSESSL_TRY);
    if (signs_in) {
        curl_easy_setopt(s->curl, CURLOPT_USERNAME, p->user);
        curl_easy_setopt(s->curl, CURLOPT_PASSWORD, p->password != NULL ? p->password : "");
    }
}

static bool is_smtp_url(const char *url)
{
    size_t n = strncmp(url, "smtp://", 7) == 0 ? 7 : strncmp(url, "smtps://", 8) == 0 ? 8 : 0;
    return n > 0 && url[n] != 0 && url[n] != '/' && url[n] != ':' && strchr(url, '@') == NULL;
}

enum err mail_smtp_open(const struct mail_smtp_params *params, struct mail_sink **out)
{
    static const struct mail_sink_ops ops = { smtp_send, smtp_close };
    if (!is_smtp_url(params->url))
        return ERR_ARGUMENT;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return ERR_INTERNAL;
    struct smtp_sink *s = calloc(1, sizeof *s);
    if (s != NULL)
        s->curl = curl_easy_init();
    if (s == NULL || s->curl == NULL) {
        free(s);
        curl_global_cleanup();
        return ERR_MEMORY;
    }
    s->sink.ops = &ops;
    set_options(s, params);
    *out = &s->sink;
    return OK;
}
