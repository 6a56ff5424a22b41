/* A protected film in a service's folder, as ingest would have left it, without the hours that
 * encoding takes: samples of a short one over and over, encrypted (cbcs) as they are written; and
 * passes that open it.
 *
 * usage: bench_film HOME PLAYABLE PICTURE SOUND SECONDS PASSES
 *
 * HOME: what `lanterne init` made. PLAYABLE: of a film that is in it. PICTURE, SOUND: as
 * dump.c writes them. Prints "edition ID", then a pass a line. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "driver/store/media.h"
#include "format/cmaf/index.h"
#include "format/pass/pass.h"
#include "samples.h"
#include "service/ingest/keys.h"

enum {
    FRAGMENT_MAX = 64 * 1024 * 1024,
    FRAGMENT_SECONDS = 2,
    PASS_HOURS = 12,
    WHY = 512,
};

struct house {
    const char *dir;
    struct arena *arena;
    struct ingest in;
    struct edition_keys *keys;
    struct store_edition edition;
};

static void succeed(enum err err, const char *what)
{
    must(err == OK, err == OK ? what : err_text(err));
}

static const char *path_of(const struct house *h, const char *name)
{
    return arena_printf(h->arena, "%s/%s", h->dir, name);
}

static void open_house(struct house *h, const char *dir, const char *playable)
{
    static const bool needed[KEY_CLASSES] = { [KEY_AUDIO] = true, [KEY_HD] = true };
    char why[WHY] = "";
    h->dir = dir;
    h->arena = arena_create();
    succeed(store_open(path_of(h, "lanterne.db"), &h->in.store), "the store");
    succeed(blob_store_open(path_of(h, "blobs"), &h->in.blobs), "the blobs");
    enum err err = vault_open(&(struct vault_params){ .dir = dir,
                                                      .master_key = "file:keys/master.key",
                                                      .may_make = true },
                              &h->in.vault, why, sizeof why);
    must(err == OK, why);
    id_new(h->edition.id.s);
    must(id_parse(playable, strlen(playable), h->edition.playable.s), "the playable's id");
    succeed(edition_keys_make(&h->in, h->edition.id, needed), "keys");
    succeed(edition_keys_open(&h->in, h->edition.id, &h->keys), "keys");
}

/* ---- a track file ---- */

struct source {
    struct table_head head;
    struct table_row *rows;
    uint8_t *bytes;
    size_t next;  /* sample; after the last comes the first */
    size_t at;    /* where its bytes are */
    uint64_t due; /* ticks */
    struct cmaf_track track;
    struct cmaf_protection protection;
};

static uint8_t *read_all(const char *path, size_t size)
{
    uint8_t *bytes = malloc(size);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    must(bytes != NULL && fd >= 0, path);
    for (size_t done = 0; done < size;) {
        ssize_t n = read(fd, bytes + done, size - done);
        must(n > 0, path);
        done += (size_t)n;
    }
    close(fd);
    return bytes;
}

static void open_source(struct source *s, const char *path, enum cmaf_kind kind)
{
    size_t size = 0;
    FILE *table = open_table(path, "rb");
    must(fread(&s->head, sizeof s->head, 1, table) == 1, "the table's head");
    s->rows = calloc(s->head.n, sizeof *s->rows);
    must(s->rows != NULL && s->head.n > 0, "memory");
    must(fread(s->rows, sizeof *s->rows, s->head.n, table) == s->head.n, "the table");
    fclose(table);
    for (size_t i = 0; i < s->head.n; i++)
        size += s->rows[i].size;
    s->bytes = read_all(path, size);
    s->track = (struct cmaf_track){
        .kind = kind,
        .sample_entry = { kind == CMAF_VIDEO ? 'a' : 'm', kind == CMAF_VIDEO ? 'v' : 'p',
                          kind == CMAF_VIDEO ? 'c' : '4', kind == CMAF_VIDEO ? '1' : 'a' },
        .timescale = s->head.timescale,
        .language = "fr",
        .config = s->head.config,
        .config_size = s->head.config_size,
        .width = (uint16_t)s->head.width,
        .height = (uint16_t)s->head.height,
        .frame_ticks = s->rows[0].duration,
        .sample_rate = s->head.sample_rate,
        .channels = (uint16_t)s->head.channels
    };
}

/* The next fragment's samples: a GOP, or as much sound as is due. */
static size_t take(struct source *s, struct cmaf_sample *out, size_t most, struct cmaf_span *span)
{
    bool is_picture = s->track.kind == CMAF_VIDEO;
    uint64_t each = (uint64_t)FRAGMENT_SECONDS * s->head.timescale;
    uint64_t until = s->due - s->due % each + each;
    size_t n = 0;
    for (; n < most; n++) {
        const struct table_row *row = &s->rows[s->next];
        if (n > 0 && (is_picture ? row->sync != 0 : s->due >= until))
            break;
        out[n] = (struct cmaf_sample){ .data = s->bytes + s->at,
                                       .size = row->size,
                                       .duration = row->duration,
                                       .cts_offset = row->cts_offset,
                                       .sync = row->sync != 0 };
        s->at += row->size;
        s->due += row->duration;
        span->duration += row->duration;
        s->next++;
        if (s->next == s->head.n)
            s->next = s->at = 0;
    }
    return n;
}

/* Init segment and index, as long as they will be. */
static void make_head(struct source *s, const struct cmaf_span *spans, size_t n, struct buf *head)
{
    buf_clear(head);
    succeed(cmaf_init(&s->track, s->due > 0 ? s->due : 1, head), "the init segment");
    succeed(cmaf_sidx(&s->track, 0, spans, n, head), "the index");
}

static int64_t write_track(const struct house *h, struct source *s, const char *name, size_t n)
{
    enum { SAMPLES = 4096 };
    static struct cmaf_sample samples[SAMPLES];
    struct cmaf_span *spans = ARENA_ARRAY(h->arena, struct cmaf_span, n);
    struct blob_writer *out = NULL;
    struct buf head, fragment;
    char *blob = arena_printf(h->arena, "media/%s/%s.mp4", h->edition.id.s, name);
    s->track.protection = &s->protection;
    buf_init(&head, CMAF_HEAD_MAX);
    buf_init(&fragment, FRAGMENT_MAX);
    for (size_t i = 0; i < n; i++)
        spans[i] = (struct cmaf_span){ 1, 1 };
    make_head(s, spans, n, &head);
    size_t room = head.size;
    succeed(blob_writer_create(h->in.blobs, blob, &out), blob);
    succeed(blob_writer_append(out, head.data, head.size), blob);
    for (size_t i = 0; i < n; i++) {
        uint64_t base = s->due;
        spans[i] = (struct cmaf_span){ 0 };
        size_t count = take(s, samples, SAMPLES, &spans[i]);
        buf_clear(&fragment);
        succeed(cmaf_fragment(&s->track, (uint32_t)i + 1, base, samples, count, &fragment),
                "a fragment");
        spans[i].size = (uint32_t)fragment.size;
        succeed(blob_writer_append(out, fragment.data, fragment.size), blob);
    }
    make_head(s, spans, n, &head);
    succeed(blob_writer_patch(out, 0, head.data, head.size), blob);
    must(head.size == room, "the head");
    int64_t size = blob_writer_size(out);
    succeed(blob_writer_commit(&out), blob);
    buf_finish(&head);
    buf_finish(&fragment);
    return size;
}

static int64_t make_track(const struct house *h, const char *path, const char *name, size_t n)
{
    static struct source s;
    bool is_picture = name[0] == 'v';
    s = (struct source){ .next = 0 };
    open_source(&s, path, is_picture ? CMAF_VIDEO : CMAF_AUDIO);
    s.protection = *edition_keys_of(h->keys, is_picture ? KEY_HD : KEY_AUDIO);
    int64_t size = write_track(h, &s, name, n);
    free(s.rows);
    free(s.bytes);
    return size;
}

static void make_edition(struct house *h, const char *picture, const char *sound, size_t seconds)
{
    size_t n = seconds / FRAGMENT_SECONDS;
    struct store_rendition renditions[] = {
        { .name = "v1080",
          .kind = "video",
          .label = "",
          .size = make_track(h, picture, "v1080", n) },
        { .name = "a-fr-2",
          .kind = "audio",
          .label = "",
          .is_default = true,
          .size = make_track(h, sound, "a-fr-2", n) },
    };
    h->edition.duration_ms = (int64_t)n * FRAGMENT_SECONDS * 1000;
    h->edition.ready = clock_now();
    h->edition.renditions = renditions;
    h->edition.n_renditions = 2;
    succeed(store_edition_put(h->in.store, &h->edition, NULL), "the edition");
}

/* ---- passes ---- */

static void print_pass(const struct house *h, const struct pass_key *key)
{
    char text[PASS_TEXT_MAX];
    utc_time now = clock_now();
    struct pass pass = { .kind = PASS_MEDIA,
                         .issuer = "lanterne",
                         .issued = now,
                         .not_before = { now.us - 30 * UTC_SECOND },
                         .expires = { now.us + PASS_HOURS * 3600 * UTC_SECOND },
                         .methods = PASS_GET | PASS_HEAD | PASS_OPTIONS,
                         .territories = { "FR" },
                         .n_territories = 1,
                         .renewal_seconds = 120,
                         .deadline_seconds = 21600,
                         .lines = 1080 };
    id_new(pass.id);
    id_new(pass.playback);
    memcpy(pass.playable, h->edition.playable.s, sizeof pass.playable);
    pass_bind(&pass, "/media/", h->edition.id.s, "/");
    succeed(pass_sign(key, &pass, text), "a pass");
    puts(text);
}

static size_t number(const char *text)
{
    int64_t v = 0;
    must(text_to_i64(text, strlen(text), 1, 1000000, &v) == OK, "not a number");
    return (size_t)v;
}

int main(int argc, char **argv)
{
    static struct house h;
    struct pass_key key;
    must(argc == 7, "usage: bench_film HOME PLAYABLE PICTURE SOUND SECONDS PASSES");
    open_house(&h, argv[1], argv[2]);
    make_edition(&h, argv[3], argv[4], number(argv[5]));
    uint8_t *secret = read_all(path_of(&h, "keys/pass.key"), PASS_KEY);
    pass_key_make(PASS_EDDSA, PASS_MEDIA, secret, &key);
    printf("edition %s\n", h.edition.id.s);
    for (size_t i = number(argv[6]); i > 0; i--)
        print_pass(&h, &key);
    free(secret);
    edition_keys_close(&h.keys);
    vault_close(&h.in.vault);
    blob_store_close(&h.in.blobs);
    store_close(&h.in.store);
    arena_destroy(&h.arena);
    return 0;
}
