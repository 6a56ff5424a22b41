/* Captions against other people's test material: what must be accepted, what must be refused, and
 * what must come out. Skipped, saying so, where the material is not at hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "corpus.h"

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static bool is_listed(const char *path, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strstr(path, names[i]) != NULL)
            return true;
    }
    return false;
}

/* --- TTML --- */

/* What makes these wrong is not in them: the picture or sound they point to is broken, and we fetch
 * nothing. The last one switches validation off and says of itself that its text should appear. */
static const char *const not_ours[] = {
    "ttml2-invld-audio-embedding-bad-resource",
    "ttml2-invld-audio-in-block-simple-source-mpeg",
    "ttml2-invld-audio-in-inline-simple-source-mpeg",
    "ttml2-invld-image-in-inline-simple-source-jpg",
    "ttml2-prstn-validation-prohibited-invalid",
};

static void judge_ttml2(const char *path, const char *bytes, size_t n, void *user)
{
    struct tally *t = user;
    bool invalid = strstr(path, "/invalid/") != NULL;
    if ((!invalid && strstr(path, "/valid/") == NULL) ||
        is_listed(path, not_ours, sizeof not_ours / sizeof not_ours[0]))
        return;
    struct reading r = reading_of(path, bytes, n);
    bool accepted = r.err == OK;
    t->accept += !invalid;
    t->accepted += !invalid && accepted;
    t->refuse += invalid;
    t->refused += invalid && !accepted;
    if (accepted == invalid)
        print_message("%s: %s %s\n", base_name(path), accepted ? "accepted" : "refused",
                      r.why.text);
    check_promises(path, &r.list);
    reading_finish(&r);
}

static void ttml2_documents_are_accepted_and_refused_as_the_w3c_suite_says(void **state)
{
    (void)state;
    struct tally t = { .oracle = "ttml-w3c2" };
    corpus_each("ttml-w3c2", ".xml", judge_ttml2, &t);
    if (t.refuse > 0)
        print_message("ttml-w3c2: %zu left out, their fault is in another file or switched off\n",
                      sizeof not_ours / sizeof not_ours[0]);
    tally_judge(&t);
}

/* Pictures of text: refused on purpose, with a sentence that says so. */
static const char *const pictures[] = { "altText1.ttml", "aspectRatio3.ttml", "aspectRatio6.ttml",
                                        "image001.ttml", "displayAspectRatio004.ttml" };

static void judge_imsc(const char *path, const char *bytes, size_t n, void *user)
{
    struct tally *t = user;
    struct reading r = reading_of(path, bytes, n);
    if (is_listed(path, pictures, sizeof pictures / sizeof pictures[0])) {
        t->refuse++;
        t->refused += r.err == ERR_UNSUPPORTED && strstr(r.why.text, "pictures") != NULL;
    } else {
        t->accept++;
        t->accepted += r.err == OK;
        if (r.err != OK)
            print_message("%s: %s\n", base_name(path), r.why.text);
    }
    check_promises(path, &r.list);
    reading_finish(&r);
}

static void imsc_text_documents_are_accepted_and_pictures_of_text_refused(void **state)
{
    (void)state;
    struct tally t = { .oracle = "ttml-imsc" };
    corpus_each("ttml-imsc", ".ttml", judge_imsc, &t);
    tally_judge(&t);
}

/* --- WebVTT: vtt.js --- */

/* vtt.js is of 2014: these follow its draft, which the Recommendation has since changed. */
static const struct {
    const char *name, *why;
} drafts[] = {
    { "line-middle-align", "middle is now center, and unknown alignments void the setting" },
    { "position-start-align", "start is now line-left" },
    { "integration/id", "a line that is only an arrow no longer swallows the cue after it" },
    { "min-top-digits", "minutes have two figures when there are no hours" },
    { "minimum-spots-over-sixty", "minutes are below sixty, and hours have minutes" },
};

static bool is_draft(const char *path)
{
    for (size_t i = 0; i < sizeof drafts / sizeof drafts[0]; i++) {
        if (strstr(path, drafts[i].name) != NULL)
            return true;
    }
    return false;
}

/* The text of a source cue as a viewer sees it, told apart by code that is not ours under test. */
static void put_source_plain(struct buf *out, const char *text)
{
    static const struct {
        const char *escape, *meaning;
    } rows[] = { { "&nbsp;", "\xc2\xa0" },
                 { "&lrm;", "\xe2\x80\x8e" },
                 { "&rlm;", "\xe2\x80\x8f" } };
    struct buf half;
    buf_init(&half, 1 << 20);
    while (*text != 0) {
        size_t row = 0;
        while (row < 3 && strncmp(text, rows[row].escape, strlen(rows[row].escape)) != 0)
            row++;
        if (row < 3) {
            buf_text(&half, rows[row].meaning);
            text += strlen(rows[row].escape);
        } else if (*text == '<') {
            text += strcspn(text, ">");
            text += *text == '>';
        } else {
            buf_u8(&half, (uint8_t)*text++);
        }
    }
    put_plain(out, buf_string(&half));
    buf_finish(&half);
}

/* Both without their blanks at the start, which we leave out. */
static bool same_plain(const char *ours, const char *source)
{
    struct buf a, b;
    buf_init(&a, 1 << 20);
    buf_init(&b, 1 << 20);
    put_plain(&a, ours);
    put_source_plain(&b, source);
    const char *seen = buf_string(&b);
    bool same = strcmp(buf_string(&a), seen + strspn(seen, " \t\n")) == 0;
    buf_finish(&a);
    buf_finish(&b);
    return same;
}

static bool is_near(double a, double b)
{
    return fabs(a - b) < 0.0006;
}

static bool is_same_line(const struct caption_settings *s, const json_t *cue)
{
    const json_t *line = json_object_get(cue, "line");
    if (!json_is_number(line))
        return s->line_kind == CAPTION_LINE_AUTO;
    bool snap = json_is_true(json_object_get(cue, "snapToLines"));
    return s->line_kind == (snap ? CAPTION_LINE_NUMBER : CAPTION_LINE_PERCENT) &&
           is_near(s->line / 1000.0, json_number_value(line));
}

static bool is_same_settings(const struct caption_settings *s, const json_t *cue)
{
    static const char *const aligns[] = { "middle", "start", "end", "left", "right" };
    static const char *const verticals[] = { "", "rl", "lr" };
    static const char *const line_aligns[] = { "start", "middle", "end" };
    const json_t *position = json_object_get(cue, "position");
    double size = s->has_size ? s->size / 1000.0 : 100;
    return is_same_line(s, cue) && s->has_position == json_is_number(position) &&
           (!s->has_position || is_near(s->position / 1000.0, json_number_value(position))) &&
           is_near(size, json_number_value(json_object_get(cue, "size"))) &&
           strcmp(aligns[s->align], json_string_value(json_object_get(cue, "align"))) == 0 &&
           strcmp(verticals[s->vertical], json_string_value(json_object_get(cue, "vertical"))) ==
               0 &&
           strcmp(line_aligns[s->line_align],
                  json_string_value(json_object_get(cue, "lineAlign"))) == 0;
}

static bool is_same_cue(const struct caption_cue *c, const json_t *cue)
{
    return is_near((double)c->start_us / 1e6,
                   json_number_value(json_object_get(cue, "startTime"))) &&
           is_near((double)c->end_us / 1e6, json_number_value(json_object_get(cue, "endTime"))) &&
           strcmp(c->id, json_string_value(json_object_get(cue, "id"))) == 0 &&
           is_same_settings(&c->settings, cue) &&
           same_plain(c->text, json_string_value(json_object_get(cue, "text")));
}

/* Every cue of the oracle that has text and a length is ours, in order, and there is no other. */
static bool is_same_list(const struct caption_list *list, const json_t *cues)
{
    size_t at = 0, i;
    json_t *cue;
    json_array_foreach(cues, i, cue)
    {
        struct buf plain;
        buf_init(&plain, 1 << 20);
        put_source_plain(&plain, json_string_value(json_object_get(cue, "text")));
        bool seen = strspn(buf_string(&plain), " \t\n") != plain.size &&
                    json_number_value(json_object_get(cue, "startTime")) <
                        json_number_value(json_object_get(cue, "endTime"));
        buf_finish(&plain);
        if (!seen)
            continue;
        if (at == list->n || !is_same_cue(&list->cues[at++], cue))
            return false;
    }
    return at == list->n;
}

static void put_text_content(struct buf *out, const json_t *divs)
{
    size_t i;
    json_t *div;
    json_array_foreach(divs, i, div)
    {
        const char *text = json_string_value(json_object_get(div, "textContent"));
        buf_text(out, text == NULL ? "" : text);
    }
}

/* Takes blanks out of text. */
static void squeeze(struct buf *b)
{
    size_t to = 0;
    for (size_t i = 0; i < b->size; i++) {
        if (strchr(" \t\n", b->data[i]) == NULL)
            b->data[to++] = b->data[i];
    }
    buf_truncate(b, to);
}

/* What vtt.js puts on the page, all cues in a row. */
static bool is_same_page(const struct caption_list *list, const json_t *divs)
{
    struct buf a, b;
    buf_init(&a, 1 << 20);
    buf_init(&b, 1 << 20);
    for (size_t i = 0; i < list->n; i++)
        put_plain(&a, list->cues[i].text);
    put_text_content(&b, divs);
    squeeze(&a);
    squeeze(&b);
    bool same = strcmp(buf_string(&a), buf_string(&b)) == 0;
    buf_finish(&a);
    buf_finish(&b);
    return same;
}

static json_t *load_expected(const char *path, const char *ending)
{
    char other[4096];
    snprintf(other, sizeof other, "%.*s%s", (int)(strlen(path) - 4), path, ending);
    json_error_t error;
    return json_load_file(other, 0, &error);
}

static void judge_vttjs(const char *path, const char *bytes, size_t n, void *user)
{
    struct tally *t = user;
    struct reading r = reading_of(path, bytes, n);
    json_t *parsed = load_expected(path, ".json"), *page = load_expected(path, "-proc.json");
    if (parsed != NULL && !is_draft(path)) {
        bool same = is_same_list(&r.list, json_object_get(parsed, "cues"));
        t->accept++;
        t->accepted += same;
        if (!same)
            print_message("%s: not as the oracle's cues\n", path);
    }
    if (page != NULL && !is_draft(path)) {
        bool same = is_same_page(&r.list, page);
        t->accept++;
        t->accepted += same;
        if (!same)
            print_message("%s: not as the oracle's page\n", path);
    }
    json_decref(parsed);
    json_decref(page);
    check_promises(path, &r.list);
    reading_finish(&r);
}

static void webvtt_cues_are_those_that_vttjs_finds(void **state)
{
    (void)state;
    struct tally t = { .oracle = "vtt-vttjs" };
    if (corpus_each("vtt-vttjs", ".vtt", judge_vttjs, &t))
        print_message("vtt-vttjs: %zu sorts left out, their draft is past\n",
                      sizeof drafts / sizeof drafts[0]);
    tally_judge(&t);
}

/* --- WebVTT: the signature, and web-platform-tests, whose cues say themselves what they are --- */

static const char *const unsigned_files[] = { "bad-double-webvtt", "blank-file",
                                              "bom-garbage-data",  "garbage-signature",
                                              "bad-signature",     "newline-before-webvtt" };

static void judge_signature(const char *path, const char *bytes, size_t n, void *user)
{
    struct tally *t = user;
    struct reading r = reading_of(path, bytes, n);
    bool bad = is_listed(path, unsigned_files, sizeof unsigned_files / sizeof unsigned_files[0]);
    t->refuse += bad;
    t->refused += bad && r.err == ERR_MALFORMED;
    t->accept += !bad;
    t->accepted += !bad && r.err == OK;
    if (bad == (r.err == OK))
        print_message("%s: %s\n", path, r.why.text);
    check_promises(path, &r.list);
    reading_finish(&r);
}

static void webvtt_files_are_refused_for_their_signature_alone(void **state)
{
    (void)state;
    struct tally t = { .oracle = "WebVTT files (vtt-vttjs, vtt-w3c, subs-ttconv)" };
    corpus_each("vtt-vttjs", ".vtt", judge_signature, &t);
    corpus_each("vtt-w3c", ".vtt", judge_signature, &t);
    corpus_each("subs-ttconv/vtt", ".vtt", judge_signature, &t);
    tally_judge(&t);
}

static bool has_settings(const struct caption_settings *s)
{
    return s->vertical != 0 || s->line_kind != 0 || s->has_position || s->has_size || s->align != 0;
}

/* Texts of web-platform-tests: "text3" and "valid3" are cues; "invalid" is none, or, in the files
 * about settings, one whose settings count for nothing. Of timings-negative no cue has a length;
 * signature-timings has its times in the signature, where they are none. */
static void judge_wpt(const char *path, const char *bytes, size_t n, void *user)
{
    struct tally *t = user;
    const char *name = base_name(path);
    bool settings = strncmp(name, "settings-", 9) == 0;
    if (strcmp(name, "timings-negative.vtt") == 0 || strcmp(name, "signature-timings.vtt") == 0)
        return;
    struct reading r = reading_of(path, bytes, n);
    size_t expected = 0, found = 0;
    for (const char *at = bytes; at < bytes + n; at += strcspn(at, "\n\r") + 1) {
        at += strspn(at, " \t");
        size_t size = strcspn(at, "\n\r");
        bool word = memchr(at, ' ', size) == NULL && memchr(at, '>', size) == NULL;
        expected += word && (strncmp(at, "text", 4) == 0 || strncmp(at, "valid", 5) == 0);
        at = memchr(at, 0, size + 1) == NULL || at + size >= bytes + n ? at : at + size;
    }
    for (size_t i = 0; i < r.list.n; i++) {
        const struct caption_cue *c = &r.list.cues[i];
        bool invalid = strncmp(c->text, "invalid", 7) == 0;
        if (invalid) {
            t->refuse++;
            t->refused += settings && !has_settings(&c->settings);
            if (!settings || has_settings(&c->settings))
                print_message("%s: %s\n", path, c->text);
        }
        found += strncmp(c->text, "text", 4) == 0 || strncmp(c->text, "valid", 5) == 0;
    }
    t->accept += expected;
    t->accepted += found < expected ? found : expected;
    if (found != expected)
        print_message("%s: %zu of %zu cues\n", path, found, expected);
    reading_finish(&r);
}

static void webvtt_cues_are_those_that_web_platform_tests_name(void **state)
{
    (void)state;
    struct tally t = { .oracle = "WPT WebVTT file parsing (cues)" };
    corpus_each("vtt-w3c/test/wpt-file-parsing", ".vtt", judge_wpt, &t);
    corpus_each("subs-ttconv/vtt/wpt-tests/file-parsing", ".vtt", judge_wpt, &t);
    tally_judge(&t);
}

/* A tree of web-platform-tests is lines of `| "text"` and `| <tag>`: the text alone, as seen. */
static void put_tree_text(struct buf *out, const char *tree)
{
    while (*tree != 0) {
        const char *quote = tree + strspn(tree, "| ");
        if (*quote != '"') {
            tree += strcspn(tree, "\n");
            tree += *tree != 0;
            continue;
        }
        const char *end = strstr(quote + 1, "\"\n");
        end = end == NULL ? quote + strlen(quote) : end;
        buf_put(out, quote + 1, (size_t)(end - quote - 1));
        tree = *end == 0 ? end : end + 2;
    }
}

static void judge_cue_text(const json_t *row, struct tally *t)
{
    const char *text = json_string_value(json_object_get(row, "text"));
    size_t n = json_string_length(json_object_get(row, "text"));
    struct buf file, ours, tree;
    buf_init(&file, 1 << 20);
    buf_init(&ours, 1 << 20);
    buf_init(&tree, 1 << 20);
    buf_text(&file, "WEBVTT\n\n00:00.000 --> 00:10.000\n");
    buf_put(&file, text, n);
    struct reading r = reading_of(NULL, file.data, file.size);
    if (r.list.n > 0)
        put_plain(&ours, r.list.cues[0].text);
    put_tree_text(&tree, json_string_value(json_object_get(row, "expectedTree")));
    if (strspn(buf_string(&tree), " \n\t") == tree.size)
        buf_clear(&tree); /* a cue of blanks is left out */
    bool same = r.err == OK && strcmp(buf_string(&ours), buf_string(&tree)) == 0;
    t->accept++;
    t->accepted += same;
    if (!same)
        print_message("%s: %s, not %s\n", text, buf_string(&ours), buf_string(&tree));
    check_promises("cue text", &r.list);
    reading_finish(&r);
    buf_finish(&file);
    buf_finish(&ours);
    buf_finish(&tree);
}

static void judge_cue_texts(const char *path, const char *bytes, size_t n, void *user)
{
    json_error_t error;
    json_t *rows = json_loadb(bytes, n, JSON_ALLOW_NUL, &error), *row;
    size_t i;
    (void)path;
    assert_non_null(rows);
    json_array_foreach(rows, i, row)
    {
        judge_cue_text(row, user);
    }
    json_decref(rows);
}

static void webvtt_cue_text_means_what_web_platform_tests_say(void **state)
{
    (void)state;
    struct tally t = { .oracle = "WPT WebVTT cue text" };
    corpus_each("vtt-w3c/test/wpt-cue-parsing", ".json", judge_cue_texts, &t);
    tally_judge(&t);
}

/* --- whatever there is --- */

static void judge_anything(const char *path, const char *bytes, size_t n, void *user)
{
    size_t *files = user;
    struct reading r = reading_of(path, bytes, n);
    check_promises(path, &r.list);
    reading_finish(&r);
    ++*files;
}

static void every_file_of_every_caption_corpus_comes_back_as_it_was_written(void **state)
{
    static const char *const folders[] = { "subs-mantas", "subs-ttconv", "vtt-vttjs", "vtt-w3c",
                                           "ttml-imsc",   "ttml-w3c2",   "text-blns" };
    (void)state;
    size_t files = 0;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
        corpus_each(folders[i], "", judge_anything, &files);
    print_message("%zu files written and read again\n", files);
}

static void judge_xml(const char *path, const char *bytes, size_t n, void *user)
{
    struct tally *t = user;
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    struct reading r = reading_of("file.xml", bytes, n);
    clock_gettime(CLOCK_MONOTONIC, &after);
    double seconds =
        (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9;
    t->refuse++;
    t->refused += r.err != OK && seconds < 2;
    if (r.err == OK || seconds >= 2)
        print_message("%s: %s after %.1f s\n", path, r.why.text, seconds);
    reading_finish(&r);
}

static void xml_that_is_broken_or_a_bomb_is_refused_at_once(void **state)
{
    (void)state;
    struct tally t = { .oracle = "xml-libxml2" };
    corpus_each("xml-libxml2", "", judge_xml, &t);
    tally_judge(&t);
}

/* Each naughty line as the text of an SRT cue, a WebVTT cue, a TTML paragraph and a track sample.
 */
static void judge_naughty_line(const char *line, size_t n)
{
    static const char *const starts[] = {
        "1\n00:00:00,000 --> 00:00:05,000\n", "WEBVTT\n\n00:00.000 --> 00:05.000\n",
        "<tt xmlns=\"http://www.w3.org/ns/ttml\"><body><div><p begin=\"0s\" end=\"5s\"><![CDATA["
    };
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        struct buf file;
        buf_init(&file, 1 << 20);
        buf_text(&file, starts[i]);
        buf_put(&file, line, n);
        if (i == 2)
            buf_text(&file, "]]></p></div></body></tt>");
        struct reading r = reading_of(NULL, file.data, file.size);
        check_promises(line, &r.list);
        reading_finish(&r);
        buf_finish(&file);
    }
    struct arena *arena = arena_create();
    struct caption_list list;
    caption_list_init(&list);
    assert_int_equal(caption_list_add(&list, arena, 0, 5000000, line, n), OK);
    check_promises(line, &list);
    arena_destroy(&arena);
}

static void judge_naughty(const char *path, const char *bytes, size_t n, void *user)
{
    (void)path;
    size_t *lines = user;
    for (size_t at = 0; at < n; ++*lines) {
        const char *end = memchr(bytes + at, '\n', n - at);
        size_t size = end == NULL ? n - at : (size_t)(end - bytes) - at;
        judge_naughty_line(bytes + at, size);
        at += size + 1;
    }
}

static void naughty_strings_stay_text(void **state)
{
    (void)state;
    size_t lines = 0;
    if (corpus_each("text-blns", "blns.txt", judge_naughty, &lines))
        print_message("text-blns: %zu lines in four formats\n", lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ttml2_documents_are_accepted_and_refused_as_the_w3c_suite_says),
        cmocka_unit_test(imsc_text_documents_are_accepted_and_pictures_of_text_refused),
        cmocka_unit_test(webvtt_cues_are_those_that_vttjs_finds),
        cmocka_unit_test(webvtt_files_are_refused_for_their_signature_alone),
        cmocka_unit_test(webvtt_cues_are_those_that_web_platform_tests_name),
        cmocka_unit_test(webvtt_cue_text_means_what_web_platform_tests_say),
        cmocka_unit_test(every_file_of_every_caption_corpus_comes_back_as_it_was_written),
        cmocka_unit_test(xml_that_is_broken_or_a_bomb_is_refused_at_once),
        cmocka_unit_test(naughty_strings_stay_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
