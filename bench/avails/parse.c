/* Reads an avails file once and prints: CPU seconds, peak memory in MiB without the file itself,
 * avails, transactions, faults. With a second name, writes the model there as JSON (which is not
 * measured). The file is mapped, as the import does. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "format/avails/avails.h"

enum { WRITE_AT = 1 << 20 };

static double cpu_seconds(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void write_out(struct buf *out, FILE *f)
{
    if (out->err != OK || fwrite(out->data, 1, out->size, f) != out->size)
        exit(1);
    buf_clear(out);
}

static void write_model(const struct avails_file *file, const char *path)
{
    struct buf out;
    FILE *f = fopen(path, "wb");
    if (f == NULL)
        exit(1);
    buf_init(&out, 64 << 20);
    struct json_writer w = json_writer_of(&out);
    json_object(&w, NULL);
    json_array(&w, "avails");
    for (size_t i = 0; i < file->n_avails; i++) {
        avails_json_avail(&w, NULL, &file->avails[i]);
        if (out.size > WRITE_AT)
            write_out(&out, f);
    }
    json_end(&w);
    json_end(&w);
    write_out(&out, f);
    buf_finish(&out);
    if (fclose(f) != 0)
        exit(1);
}

int main(int argc, char **argv)
{
    struct stat st;
    int fd = argc < 2 ? -1 : open(argv[1], O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        fprintf(stderr, "usage: parse FILE [MODEL]\n");
        return 2;
    }
    void *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED)
        return 1;
    struct arena *arena = arena_create();
    struct avails_file file;
    double before = cpu_seconds();
    enum err err = avails_read(arena, bytes, (size_t)st.st_size, &file);
    double seconds = cpu_seconds() - before;
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    size_t transactions = 0;
    for (size_t i = 0; i < file.n_avails; i++)
        transactions += file.avails[i].n_transactions;
    printf("%.3f %.1f %zu %zu %zu\n", seconds, (double)u.ru_maxrss / 1024, file.n_avails,
           transactions, file.n_faults + file.faults_left_out);
    for (size_t i = 0; i < file.n_faults && i < 5; i++)
        fprintf(stderr, "%s: %s\n", file.faults[i].where, file.faults[i].what);
    if (err == OK && argc > 2)
        write_model(&file, argv[2]);
    arena_destroy(&arena);
    munmap(bytes, (size_t)st.st_size);
    close(fd);
    return err == OK ? 0 : 1;
}
