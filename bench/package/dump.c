/* dump FILM SAMPLES [sound]: the samples of FILM's picture, or of its sound, as pack wants them. A
 * program of its own, so that what is measured does not load the libraries it needs. */
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <string.h>

#include "samples.h"

static void dump(const char *film, const char *samples, enum AVMediaType type)
{
    AVFormatContext *format = NULL;
    must(avformat_open_input(&format, film, NULL, NULL) == 0, film);
    must(avformat_find_stream_info(format, NULL) >= 0, film);
    int index = av_find_best_stream(format, type, -1, -1, NULL, 0);
    must(index >= 0, "no such stream");
    const AVStream *stream = format->streams[index];
    FILE *bytes = fopen(samples, "wb"), *table = open_table(samples, "wb");
    must(bytes != NULL, samples);
    struct table_head head = { .timescale = (uint32_t)stream->time_base.den,
                               .width = (uint32_t)stream->codecpar->width,
                               .height = (uint32_t)stream->codecpar->height,
                               .sample_rate = (uint32_t)stream->codecpar->sample_rate,
                               .channels = (uint32_t)stream->codecpar->ch_layout.nb_channels,
                               .config_size = (uint32_t)stream->codecpar->extradata_size };
    must(head.config_size <= CONFIG_MAX, "a large configuration");
    memcpy(head.config, stream->codecpar->extradata, head.config_size);
    fwrite(&head, sizeof head, 1, table);
    int64_t delay = 0;
    AVPacket *packet = av_packet_alloc();
    for (; av_read_frame(format, packet) == 0; av_packet_unref(packet)) {
        if (packet->stream_index != index)
            continue;
        delay = head.n++ == 0 ? packet->pts - packet->dts : delay;
        struct table_row row = { .size = (uint32_t)packet->size,
                                 .duration = (uint32_t)packet->duration,
                                 .cts_offset = (int32_t)(packet->pts - packet->dts - delay),
                                 .sync = (packet->flags & AV_PKT_FLAG_KEY) != 0 };
        fwrite(&row, sizeof row, 1, table);
        fwrite(packet->data, 1, row.size, bytes);
    }
    av_packet_free(&packet);
    avformat_close_input(&format);
    rewind(table);
    fwrite(&head, sizeof head, 1, table);
    must(fclose(table) == 0 && fclose(bytes) == 0, "writing");
}

int main(int n, char **arguments)
{
    int sound = n == 4 && strcmp(arguments[3], "sound") == 0;
    must(n == 3 || sound, "usage: dump FILM SAMPLES [sound]");
    dump(arguments[1], arguments[2], sound ? AVMEDIA_TYPE_AUDIO : AVMEDIA_TYPE_VIDEO);
    return 0;
}
