/* The server that bench/serve/run measures: driver/http and nothing else.
 *
 * usage: bench_serve VIDEO AUDIO MANIFEST [fallback]
 *
 * Serves the two files under /video.mp4 and /audio.mp4 and the third, from memory, under
 * /manifest.mpd, with one event thread; prints its port; ends with its standard input. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/http/server.h"

struct track {
    struct http_file *file;
    uint64_t size;
};

struct house {
    struct track video, audio;
    struct http_content *manifest;
};

static enum http_lane lane(void *context, enum http_method method, const char *path)
{
    (void)context, (void)method, (void)path;
    return HTTP_NOW;
}

static void give_track(struct http_answer *answer, const struct track *track, const char *type)
{
    answer->status = 200;
    answer->source = HTTP_FILE;
    answer->file = track->file;
    answer->length = track->size;
    answer->content_type = type;
    answer->cache_control = "public, max-age=31536000, immutable";
    answer->etag = "4b5f2a7c-1";
}

static void handle(void *context, struct http_request *rq, struct http_answer *answer)
{
    const struct house *h = context;
    answer->status = 404;
    if (strcmp(rq->path, "/video.mp4") == 0) {
        give_track(answer, &h->video, "video/mp4");
    } else if (strcmp(rq->path, "/audio.mp4") == 0) {
        give_track(answer, &h->audio, "audio/mp4");
    } else if (strcmp(rq->path, "/manifest.mpd") == 0) {
        answer->status = 200;
        answer->source = HTTP_CONTENT;
        answer->content = h->manifest;
    }
}

static struct track open_track(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        perror(path);
        exit(1);
    }
    return (struct track){ http_file_create(fd), (uint64_t)st.st_size };
}

static struct http_content *read_manifest(const char *path)
{
    static char bytes[65536];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, bytes, sizeof bytes);
    if (n < 0) {
        perror(path);
        exit(1);
    }
    close(fd);
    return http_content_create(
        bytes, (size_t)n,
        &(struct http_content_params){ .content_type = "application/dash+xml", .etag = "m1" });
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    struct house h = { open_track(argv[1]), open_track(argv[2]), read_manifest(argv[3]) };
    struct http_server *server = NULL;
    enum err err = http_server_create(&(struct http_server_params){ .listen = "127.0.0.1:0",
                                                                    .event_threads = 1,
                                                                    .fallback_only = argc > 4,
                                                                    .lane = lane,
                                                                    .handle = handle,
                                                                    .context = &h },
                                      &server);
    if (err != OK) {
        fprintf(stderr, "bench_serve: %s\n", err_text(err));
        return 1;
    }
    printf("%u\n", http_server_port(server));
    fflush(stdout);
    while (getchar() != EOF)
        continue;
    http_server_destroy(&server);
    http_file_unref(&h.video.file);
    http_file_unref(&h.audio.file);
    http_content_unref(&h.manifest);
    return 0;
}
